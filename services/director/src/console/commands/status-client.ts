// `status client`: what a file daemon is doing.
import { decodePath, jobTypeText, statusTimeText, withCommas } from '@coffer/core'
import type { FiledStatus, JobStatusLine } from '@coffer/wire'
import type { CommandContext } from '../context.ts'
import {
  aheadOf,
  askPeer,
  endedJobOf,
  endedLineFacts,
  runningLineFacts,
  runningWords,
} from '../peer-status.ts'
import { endedJobsText, rateOf, workText } from '../status-text.ts'

const ENDED_RULE = 70

/** Parts of the display, as `.status client` names them. */
export type ClientPart = 'header' | 'running' | 'terminated'

export async function clientStatus(
  context: CommandContext,
  name: string,
  parts: readonly ClientPart[] = ['header', 'running', 'terminated'],
): Promise<void> {
  const { director, config, out } = context
  const client = config.clients.get(name)
  if (client === undefined) return
  if (!director.jobs.isEnabled('client', name)) {
    await out.text(`Client "${name}" is disabled; skipping status call\n`)
    return
  }
  await out.text(`Connecting to Client ${name} at ${client.address}:${client.port}\n`)
  const result = await askPeer(context, { label: 'Client', name }, () =>
    director.peers.clientStatus(name, context.signal),
  )
  if (result === undefined) return
  await out.text(` Handshake: Immediate TLS, Encryption: ${result.cipher}\n\n`)
  for (const part of parts) await PARTS[part](context, result.answer)
}

const PARTS: Readonly<
  Record<ClientPart, (context: CommandContext, status: FiledStatus) => Promise<void>>
> = { header: showHeader, running: showRunning, terminated: showEnded }

async function showHeader(
  { out }: CommandContext,
  { daemon, plugins }: FiledStatus,
): Promise<void> {
  if (daemon === null) return
  out.value('header', {
    client: daemon.name,
    version: daemon.version,
    os: daemon.os,
    daemon_started: statusTimeText(daemon.startedMs),
    jobs_run: daemon.jobsRun,
    jobs_running: daemon.jobsRunning,
    plugins,
  })
  await out.text(
    `${daemon.name} Version: ${daemon.version} ${daemon.os}\n` +
      `Daemon started ${statusTimeText(daemon.startedMs)}. Jobs: run=${daemon.jobsRun} ` +
      `running=${daemon.jobsRunning}, Coffer binary\n` +
      ` Sizeof: boffset_t=8 size_t=8 debug=${daemon.debugLevel} trace=${Number(daemon.trace)} ` +
      `bwlimit=${Math.floor(daemon.bandwidthLimit / 1024)}kB/s\n` +
      (plugins.length === 0 ? '' : ` Plugin Info: ${plugins.join(' ')}\n`),
  )
}

async function showRunning(context: CommandContext, status: FiledStatus): Promise<void> {
  const { director, out } = context
  out.value('running', status.running.map(runningLineFacts))
  const nowMs = director.clock.nowMs()
  const jobs = status.running.map((line) =>
    runningText(line, nowMs, aheadOf(director, line, nowMs)),
  )
  const connected =
    status.director === ''
      ? ''
      : `${status.director} (director) connected at: ${statusTimeText(status.directorConnectedMs)}\n`
  const none = jobs.length === 0 ? 'No Jobs running.\n' : ''
  await out.text(`\nRunning Jobs:\n${jobs.join('')}${connected}${none}====\n`)
}

function runningText(line: JobStatusLine, nowMs: number, ahead: string): string {
  const rate = withCommas(rateOf(line.bytes, line.startMs, nowMs))
  const current = decodePath(line.current)
  return (
    `JobId ${line.jobId} Job ${line.job} ${runningWords(line.status)}.\n` +
    `    ${workText(line) || jobTypeText(line.type)} Job started: ${statusTimeText(line.startMs)}\n` +
    `    Files=${withCommas(line.files)} Bytes=${withCommas(line.bytes)} ` +
    `Bytes/sec=${rate} Errors=${line.errors}${ahead}\n    Bwlimit=0\n` +
    `    Files Examined=${withCommas(line.filesExamined)}\n` +
    (current === '' ? '' : `    Processing file: ${current}\n`)
  )
}

async function showEnded({ out }: CommandContext, status: FiledStatus): Promise<void> {
  out.value('terminated', status.terminated.map(endedLineFacts))
  const text = endedJobsText(status.terminated.map(endedJobOf), ENDED_RULE)
  await out.text(`\nTerminated Jobs:\n${text}====\n`)
}
