// What an operator does with Devices, asked for by the Director: label, mount, unmount, release, status.
import {
  type Bandwidth,
  type Clock,
  CofferError,
  PRODUCT_VERSION_TEXT,
  toCofferError,
} from '@coffer/core'
import { applyDebug, type DebugControl, resolveHost } from '@coffer/daemon'
import type {
  DeviceRequest,
  DeviceResponseInit,
  FindVolumesRequest,
  FindVolumesResponseInit,
  LabelRequest,
  LabelResponseInit,
  MissingVolumeInit,
  MoveSlotRequest,
  SlotListInit,
  StorageDaemonHandlers,
  StorageStatusInit,
  TruncateRequest,
  TruncateResponseInit,
} from '@coffer/wire'
import type { Changer } from '../changer/changer.ts'
import { ChangerDevice } from '../changer/changer-device.ts'
import type { Device } from '../device/device.ts'
import { type DeviceSlots, type DeviceTable, findDevices } from '../device/reserve.ts'
import type { EndedJobs } from '../session/ended-jobs.ts'
import type { SessionBook } from '../session/session-book.ts'
import { deviceText } from '../session/session-text.ts'
import { deviceLines, statusLine, writerLine } from './status-lines.ts'

export interface DevicePorts {
  /** Name of this daemon. */
  readonly daemon: string
  readonly startedMs: number
  readonly clock: Clock
  /** What the host says of itself, "Debian GNU/Linux 12 (bookworm)". */
  readonly os: string
  readonly debug: DebugControl
  readonly memoryRssBytes: () => number
  readonly table: DeviceTable
  readonly slots: DeviceSlots
  readonly book: SessionBook
  readonly ended: EndedJobs
  readonly bandwidth: Bandwidth
}

type DeviceVerbs = Pick<
  StorageDaemonHandlers,
  | 'label'
  | 'truncate'
  | 'mount'
  | 'unmount'
  | 'release'
  | 'status'
  | 'findVolumes'
  | 'listSlots'
  | 'moveSlot'
  | 'setDebug'
  | 'setBandwidth'
  | 'resolve'
>

export function deviceHandlers(ports: DevicePorts): DeviceVerbs {
  return {
    label: (request) => label(ports, request),
    truncate: (request) => truncate(ports, request),
    listSlots: (request) => listSlots(ports, request),
    moveSlot: (request) => moveSlot(ports, request),
    mount: (request) => useDrive(ports, 'mount', request),
    unmount: (request) => useDrive(ports, 'unmount', request),
    release: (request) => useDrive(ports, 'release', request),
    status: () => Promise.resolve(status(ports)),
    findVolumes: (request) => findVolumes(ports, request),
    setDebug: async (request) => {
      const { level, isTracing, traceFile } = applyDebug(ports.debug, request)
      return { level, trace: isTracing, traceFile }
    },
    setBandwidth: async ({ job, limit }) => ({ jobs: ports.bandwidth.set(job, limit) }),
    resolve: async ({ host }) => ({ addresses: await resolveHost(host) }),
  }
}

/** A wish that cannot be met is an answer, not a failed call: the operator reads it. */
async function label(ports: DevicePorts, request: LabelRequest): Promise<LabelResponseInit> {
  try {
    const { device: name, mediaType, volume: volumeName, oldVolume, pool, poolType } = request
    const [device] = findDevices(ports.table, { name, mediaType, use: 'write' })
    const volBytes = await device.label({
      volumeName,
      oldVolumeName: oldVolume,
      pool,
      poolType,
      slot: request.slot,
      session: ports.book.nextKey(),
    })
    return { ok: true, volBytes, device: device.name, archiveDevice: device.archiveDevice }
  } catch (error) {
    const { message, code } = toCofferError(error)
    return { ok: false, error: message, code }
  }
}

/** A Volume that is labelled anew over itself has nothing left but its label. */
async function truncate(
  ports: DevicePorts,
  request: TruncateRequest,
): Promise<TruncateResponseInit> {
  const { volume, pool, poolType, mediaType, device, slot } = request
  const asked = { device, volume, oldVolume: volume, pool, poolType, mediaType, slot, drive: 0 }
  const { ok, error, volBytes } = await label(ports, asked)
  if (ok !== true) return { ok: false, text: error ?? '' }
  return {
    ok,
    text: `3000 OK truncate. VolBytes=${volBytes ?? 0} Volume="${volume}"`,
    volBytes: volBytes ?? 0,
  }
}

/** Opens each Volume as a restore would; the first Device that can will do. */
async function findVolumes(
  { table }: DevicePorts,
  { device: name, volumes }: FindVolumesRequest,
): Promise<FindVolumesResponseInit> {
  const devices = findDevices(table, { name, mediaType: '', use: 'read' })
  const missing: MissingVolumeInit[] = []
  for (const volume of volumes) {
    const reason = await whyUnreadable(devices, volume)
    if (reason !== undefined) missing.push({ volume, reason })
  }
  return { missing }
}

async function whyUnreadable(
  devices: readonly Device[],
  volume: string,
): Promise<string | undefined> {
  let reason = ''
  for (const device of devices) {
    try {
      const opened = await device.openForReading(volume)
      await opened.close()
      return undefined
    } catch (error) {
      reason = toCofferError(error).message
    }
  }
  return reason
}

async function answer(
  { table }: DevicePorts,
  { device: name }: DeviceRequest,
  textOf: (device: Device) => string,
): Promise<DeviceResponseInit> {
  try {
    const device =
      table.devices.get(name) ?? findDevices(table, { name, mediaType: '', use: 'read' })[0]
    const { archiveDevice } = device
    return { ok: true, text: textOf(device), device: device.name, archiveDevice }
  } catch (error) {
    if (!(error instanceof CofferError)) throw error
    return { ok: false, text: error.message }
  }
}

async function listSlots({ table }: DevicePorts, { device }: DeviceRequest): Promise<SlotListInit> {
  try {
    const changer = getChanger(table, device)
    const places = await changer.list()
    const slots = places.map(({ number, kind, isFull, barcode, loadedSlot }) => ({
      number,
      kind,
      full: isFull,
      barcode,
      loadedSlot,
    }))
    return { ok: true, slots, drives: changer.driveCount }
  } catch (error) {
    return { ok: false, text: toCofferError(error).message }
  }
}

async function moveSlot(
  { table }: DevicePorts,
  { device, from, to }: MoveSlotRequest,
): Promise<DeviceResponseInit> {
  try {
    return { ok: true, text: await getChanger(table, device).move(from, to), device }
  } catch (error) {
    return { ok: false, text: toCofferError(error).message }
  }
}

function getChanger(table: DeviceTable, name: string): Changer {
  const changer = findChanger(table, name)
  if (changer !== undefined) return changer
  throw new CofferError('device-unknown', `"${name}" is no autochanger with a Changer Command`)
}

/** By its own name, or by that of one of its Devices. */
function findChanger({ changers, devices }: DeviceTable, name: string): Changer | undefined {
  const device = devices.get(name)
  return device instanceof ChangerDevice ? device.changer : changers?.get(name)
}

type DriveAction = 'mount' | 'unmount' | 'release'

/** A disk is always there; a drive is loaded and unloaded. */
async function useDrive(
  ports: DevicePorts,
  action: DriveAction,
  request: DeviceRequest,
): Promise<DeviceResponseInit> {
  const changer = findChanger(ports.table, request.device)
  if (changer === undefined) return answer(ports, request, DISK_ANSWERS[action])
  try {
    const { drive, slot, device } = request
    const text =
      action === 'mount'
        ? await changer.mount(drive, slot)
        : await changer.unload(drive, action === 'unmount')
    return { ok: true, text, device }
  } catch (error) {
    return { ok: false, text: toCofferError(error).message }
  }
}

const DISK_ANSWERS: Readonly<Record<DriveAction, (device: Device) => string>> = {
  mount: (device) => `3906 File device ${deviceText(device)} is always mounted.`,
  unmount: (device) => `3002 Device ${deviceText(device)} unmounted.`,
  release: (device) => `3022 Device ${deviceText(device)} released.`,
}

function status(ports: DevicePorts): StorageStatusInit {
  const running = ports.book.list()
  return {
    daemon: {
      name: ports.daemon,
      version: PRODUCT_VERSION_TEXT,
      os: ports.os,
      startedMs: ports.startedMs,
      jobsRun: ports.ended.ranCount,
      jobsRunning: running.length,
      debugLevel: ports.debug.state().level,
      trace: ports.debug.state().isTracing,
      memoryRssBytes: ports.memoryRssBytes(),
      bandwidthLimit: ports.bandwidth.limit,
    },
    running: running.map(statusLine),
    terminated: ports.ended.jobs,
    devices: deviceLines(ports.table, ports.slots),
    writers: running.map(writerLine),
  }
}
