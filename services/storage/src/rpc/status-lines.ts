// Sessions and Devices as `status storage` shows them.
import { JOB_LEVELS, JOB_TYPES } from '@coffer/core'
import type { DeviceStatusInit, JobStatusLineInit, RunningWriterInit } from '@coffer/wire'
import type { Device } from '../device/device.ts'
import type { DeviceSlots, DeviceTable } from '../device/reserve.ts'
import { splitAddress } from '../session/extents.ts'
import type { RunningSession } from '../session/session-book.ts'

export function statusLine(running: RunningSession): JobStatusLineInit {
  const { session } = running
  const { job } = session.start
  const { files, bytes } = running.kind === 'backup' ? running.session.totals : running.session
  return {
    jobId: job?.jobId ?? 0,
    job: job?.job ?? '',
    level: job?.level ?? JOB_LEVELS.none.letter,
    type: job?.type ?? JOB_TYPES.backup.letter,
    status: session.status,
    files,
    bytes,
    errors: session.errors,
    startMs: session.startedMs,
  }
}

export function writerLine(running: RunningSession): RunningWriterInit {
  const { session } = running
  const { device } = session
  return {
    jobId: session.start.job?.jobId ?? 0,
    volume: session.volumeName,
    pool: running.kind === 'backup' ? running.session.start.pool : '',
    device: device.name,
    archiveDevice: device.archiveDevice,
    writing: running.kind === 'backup',
  }
}

/** One line per Device, in the order of configuration. */
export function deviceLines(table: DeviceTable, slots: DeviceSlots): readonly DeviceStatusInit[] {
  return [...table.devices.values()].map((device) => deviceLine(device, table, slots))
}

function deviceLine(device: Device, table: DeviceTable, slots: DeviceSlots): DeviceStatusInit {
  const { writing, reading } = device.status()
  const [first] = writing
  const end = splitAddress((first?.endBytes ?? 1) - 1)
  const autochanger = [...table.autochangers].find(([, names]) => names.includes(device.name))
  const waiting = slots.waitingCount(device)
  return {
    name: device.name,
    archiveDevice: device.archiveDevice,
    mediaType: device.mediaType,
    volume: first?.volume ?? reading[0]?.volume ?? '',
    pool: first?.pool ?? '',
    open: writing.length + reading.length > 0,
    state: writing.length > 0 ? 'appending' : reading.length > 0 ? 'reading' : 'idle',
    totalBytes: first?.endBytes ?? 0,
    blocks: first?.blocks ?? 0,
    file: end.file,
    block: end.block,
    blocked: waiting === 0 ? '' : `${waiting} Jobs wait for it`,
    readers: reading.reduce((sum, { readers }) => sum + readers, 0),
    writers: slots.writerCount(device),
    autochanger: autochanger?.[0] ?? '',
  }
}
