// `status storage`: what a storage daemon is doing, and what is in its Devices.
import { statusTimeText, withCommas } from '@coffer/core'
import type { DeviceStatus, JobStatusLine, RunningWriter, StorageStatus } from '@coffer/wire'
import type { Director } from '../../director.ts'
import type { CommandContext } from '../context.ts'
import type { Json } from '../output.ts'
import {
  aheadOf,
  askPeer,
  endedJobOf,
  endedLineFacts,
  runningLineFacts,
  runningWords,
} from '../peer-status.ts'
import { endedJobsText, rateOf, workText } from '../status-text.ts'

const ENDED_RULE = 67

/** Parts of the display, as `.status storage` names them. */
export type StoragePart = 'header' | 'running' | 'terminated' | 'devices' | 'volumes'

export async function storageStatus(
  context: CommandContext,
  name: string,
  parts: readonly StoragePart[] = ['header', 'running', 'terminated', 'devices', 'volumes'],
): Promise<void> {
  const { director, config, out } = context
  const storage = config.storages.get(name)
  if (storage === undefined) return
  await out.text(`Connecting to Storage daemon ${name} at ${storage.address}:${storage.port}\n`)
  const result = await askPeer(context, { label: 'Storage daemon', name }, () =>
    director.peers.storageStatus(name, context.signal),
  )
  if (result === undefined) return
  await out.text(` Encryption: ${result.cipher}\n\n`)
  for (const part of parts) await PARTS[part](context, result.answer)
}

const PARTS: Readonly<
  Record<StoragePart, (context: CommandContext, status: StorageStatus) => Promise<void>>
> = {
  header: showHeader,
  running: showRunning,
  terminated: showEnded,
  devices: showDevices,
  volumes: showVolumes,
}

async function showHeader({ out }: CommandContext, { daemon }: StorageStatus): Promise<void> {
  if (daemon === null) return
  out.value('header', {
    storage: daemon.name,
    version: daemon.version,
    os: daemon.os,
    daemon_started: statusTimeText(daemon.startedMs),
    jobs_run: daemon.jobsRun,
    jobs_running: daemon.jobsRunning,
  })
  await out.text(
    `${daemon.name} Version: ${daemon.version} ${daemon.os} \n` +
      `Daemon started ${statusTimeText(daemon.startedMs)}. Jobs: run=${daemon.jobsRun}, ` +
      `running=${daemon.jobsRunning}, Coffer binary\n` +
      ` Sizes: boffset_t=8 size_t=8 int32_t=4 int64_t=8 bwlimit=${Math.floor(daemon.bandwidthLimit / 1024)}kB/s\n`,
  )
}

async function showRunning(context: CommandContext, status: StorageStatus): Promise<void> {
  const { director, out } = context
  out.value('running', status.running.map(runningLineFacts))
  const inventory = status.running.map(
    (line) => `JobId ${line.jobId} Job ${line.job} ${runningWords(line.status)}.\n`,
  )
  await out.text(`\nJob inventory:\n\n${inventory.join('')}`)
  const blocks = status.writers.map((writer) => writerText(writer, status.running, director))
  const body = inventory.length === 0 ? 'No Jobs running.\n' : blocks.join('')
  await out.text(`${body}====\n\nJobs waiting to reserve a drive:\n====\n`)
}

function writerText(
  writer: RunningWriter,
  running: readonly JobStatusLine[],
  director: Director,
): string {
  const line = running.find(({ jobId }) => jobId === writer.jobId)
  if (line === undefined) return ''
  const nowMs = director.clock.nowMs()
  const rate = withCommas(rateOf(line.bytes, line.startMs, nowMs))
  return (
    `${writer.writing ? 'Writing' : 'Reading'}: ${workText(line)} job ${line.job} ` +
    `JobId=${line.jobId} Volume="${writer.volume}"\n` +
    `    pool="${writer.pool}" device="${writer.device}" (${writer.archiveDevice})\n` +
    '    spooling=0 despooling=0 despool_wait=0\n' +
    `    Files=${withCommas(line.files)} Bytes=${withCommas(line.bytes)} ` +
    `AveBytes/sec=${rate} LastBytes/sec=${withCommas(line.lastBytesPerSecond)}` +
    `${aheadOf(director, line, nowMs)}\n`
  )
}

async function showEnded({ out }: CommandContext, status: StorageStatus): Promise<void> {
  out.value('terminated', status.terminated.map(endedLineFacts))
  const text = endedJobsText(status.terminated.map(endedJobOf), ENDED_RULE)
  await out.text(`\nTerminated Jobs:\n${text}====\n`)
}

async function showDevices({ out }: CommandContext, { devices }: StorageStatus): Promise<void> {
  out.value('devices', devices.map(deviceFacts))
  const changers = new Map<string, DeviceStatus[]>()
  for (const device of devices) {
    if (device.autochanger === '') continue
    changers.set(device.autochanger, [...(changers.get(device.autochanger) ?? []), device])
  }
  const groups = [...changers].map(
    ([name, members]) =>
      `Autochanger "${name}" with devices:\n` +
      members.map(({ name: own, archiveDevice }) => `   "${own}" (${archiveDevice})\n`).join('') +
      '\n',
  )
  await out.text(`\nDevice status:\n\n${groups.join('')}${devices.map(deviceText).join('')}====\n`)
}

function deviceText(device: DeviceStatus): string {
  const name = `Device "${device.name}" (${device.archiveDevice})`
  if (!device.open) return `${name} is not open.\n${blockedText(device)}==\n`
  if (device.volume === '') {
    return `${name} open but no Bareos volume is currently mounted.\n${blockedText(device)}==\n`
  }
  const perBlock = device.blocks === 0 ? 0 : Math.floor(device.totalBytes / device.blocks)
  return (
    `${name} is mounted with:\n    Volume:      ${device.volume}\n    Pool:        ${device.pool}\n` +
    `    Media type:  ${device.mediaType}\n${blockedText(device)}` +
    `    Total Bytes=${withCommas(device.totalBytes)} Blocks=${withCommas(device.blocks)} ` +
    `Bytes/block=${withCommas(perBlock)}\n` +
    `    Positioned at File=${withCommas(device.file)} Block=${withCommas(device.block)}\n==\n`
  )
}

function blockedText({ blocked, loaded }: DeviceStatus): string {
  const drive = loaded === '' ? '' : `    ${loaded}\n`
  return blocked === '' ? drive : `    Device is BLOCKED. ${blocked}\n${drive}`
}

function deviceFacts(device: DeviceStatus): Json {
  return {
    name: device.name,
    archivedevice: device.archiveDevice,
    mediatype: device.mediaType,
    volume: device.volume,
    pool: device.pool,
    open: device.open,
    state: device.state,
    blocked: device.blocked,
    bytes: device.totalBytes,
    readers: device.readers,
    writers: device.writers,
  }
}

async function showVolumes({ out }: CommandContext, { devices }: StorageStatus): Promise<void> {
  const used = devices.filter(({ volume }) => volume !== '')
  const lines = used.map(
    ({ volume, name, archiveDevice, readers, writers }) =>
      `${volume} on device "${name}" (${archiveDevice})\n` +
      `    Reader=${readers} writers=${writers} reserves=0 volinuse=${Number(readers + writers > 0)}\n`,
  )
  await out.text(`\nUsed Volume status:\n${lines.join('')}====\n\n====\n\n`)
}
