// Texts of sessions for the Job log, in the words that Bareos uses.
import { reportTimeText, withCommas } from '@coffer/core'
import type { AppendVolume, Device, ReadDevice } from '../device/device.ts'

/** `"FileDev" (/var/lib/bareos/storage)`. */
export function deviceText(device: ReadDevice): string {
  return `"${device.name}" (${device.archiveDevice})`
}

export function endOfMediumText(volume: AppendVolume, nowMs: number): string {
  const bytes = withCommas(volume.durableBytes)
  const blocks = withCommas(volume.facts.blocks)
  return `End of medium on Volume "${volume.name}" Bytes=${bytes} Blocks=${blocks} at ${momentText(nowMs)}.`
}

export function newVolumeText(volume: AppendVolume, device: Device, nowMs: number): string {
  return `New volume "${volume.name}" mounted on device ${deviceText(device)} at ${momentText(nowMs)}.`
}

/** "21-Nov-2026 02:09". */
function momentText(timeMs: number): string {
  return reportTimeText(timeMs).slice(0, -':00'.length)
}
