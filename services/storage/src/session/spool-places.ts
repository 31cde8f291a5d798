// Where each Device spools, and how much all Jobs together may put there.
import type { DeviceResource } from '../config/device-resources.ts'

export interface SpoolPlace {
  readonly directory: string
  /** Of each Job; 0: no limit. */
  readonly jobLimitBytes: number
  /** Of all Jobs; 0: no limit. */
  readonly limitBytes: number
  /** Bytes of all Jobs that are there now. */
  usedBytes: number
}

/** By the name of the Device; `fallback` is the directory of those that name none. */
export function makeSpoolPlaces(
  devices: ReadonlyMap<string, DeviceResource>,
  fallback: string,
): ReadonlyMap<string, SpoolPlace> {
  return new Map(
    [...devices].map(([name, device]) => [
      name,
      {
        directory: device.spoolDirectory ?? fallback,
        jobLimitBytes: device.maximumJobSpoolSize,
        limitBytes: device.maximumSpoolSize,
        usedBytes: 0,
      },
    ]),
  )
}
