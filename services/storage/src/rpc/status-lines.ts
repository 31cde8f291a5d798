// Sessions and Devices as `status storage` shows them.
import type { DeviceStatusInit, JobStatusLineInit, RunningWriterInit } from '@coffer/wire'
import { ChangerDevice } from '../changer/changer-device.ts'
import type { Device, DeviceState } from '../device/device.ts'
import type { DeviceSlots, DeviceTable } from '../device/reserve.ts'
import { splitAddress } from '../session/extents.ts'
import type { RunningSession } from '../session/session-book.ts'

export function statusLine(running: RunningSession): JobStatusLineInit {
  const { session } = running
  const { job } = session.start
  const { files, bytes } = running.kind === 'backup' ? running.session.totals : running.session
  return {
    jobId: job.jobId,
    job: job.job,
    level: job.level,
    type: job.type,
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
    jobId: session.start.job.jobId,
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
  const { name, archiveDevice, mediaType } = device
  const state = device.status()
  const [changer = ''] = [...table.autochangers].find(([, names]) => names.includes(name)) ?? []
  const waiting = slots.waitingCount(device)
  return {
    name,
    archiveDevice,
    mediaType,
    ...volumePart(state),
    blocked: waiting === 0 ? '' : `${waiting} Jobs wait for it`,
    readers: state.reading.reduce((sum, { readers }) => sum + readers, 0),
    writers: slots.writerCount(device),
    autochanger: changer,
    loaded: device instanceof ChangerDevice ? device.driveText : '',
  }
}

/** The Volume that is shown: the first that is written, else the first that is read. */
function volumePart({ writing, reading }: DeviceState): DeviceStatusInit {
  const [written] = writing
  if (written !== undefined) {
    const { volume, pool, endBytes, blocks } = written
    const { file, block } = splitAddress(endBytes - 1)
    return {
      volume,
      pool,
      open: true,
      state: 'appending',
      totalBytes: endBytes,
      blocks,
      file,
      block,
    }
  }
  const [read] = reading
  if (read === undefined) return { open: false, state: 'idle' }
  return { volume: read.volume, open: true, state: 'reading' }
}
