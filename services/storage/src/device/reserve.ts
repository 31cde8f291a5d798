// Which Device a Job gets, and how many Jobs a Device may have.
import { CofferError, Interruption } from '@coffer/core'
import type { Changer } from '../changer/changer.ts'
import type { Device } from './device.ts'

/** What a Job asks for. */
export interface DeviceWish {
  /** Name of a Device or of an Autochanger. */
  readonly name: string
  /** Empty: any. */
  readonly mediaType: string
  readonly use: 'read' | 'write'
}

/** The Devices of a storage daemon, and which Autochanger holds which of them. */
export interface DeviceTable {
  readonly devices: ReadonlyMap<string, Device>
  readonly autochangers: ReadonlyMap<string, readonly string[]>
  /** Those that have a Changer Command, by name. */
  readonly changers?: ReadonlyMap<string, Changer>
}

/**
 * The Devices that satisfy a wish, in the order of configuration. Throws `device-unknown`, `device-media-type`, or
 * `device-denied` when none may be used that way.
 */
export function findDevices(table: DeviceTable, wish: DeviceWish): readonly [Device, ...Device[]] {
  const named = devicesNamed(table, wish.name)
  const [known] = named
  if (known === undefined) {
    throw new CofferError('device-unknown', `there is no Device or Autochanger "${wish.name}"`)
  }
  const fitting = named.filter((one) => wish.mediaType === '' || one.mediaType === wish.mediaType)
  if (fitting.length === 0) {
    throw new CofferError(
      'device-media-type',
      `Device "${wish.name}" has Media Type "${known.mediaType}", the Job asks for "${wish.mediaType}"`,
    )
  }
  const forbidden = wish.use === 'read' ? 'writeonly' : 'readonly'
  const [first, ...others] = fitting.filter((one) => one.accessMode !== forbidden)
  if (first === undefined) {
    throw new CofferError('device-denied', `Device "${wish.name}" may not be used to ${wish.use}`)
  }
  return [first, ...others]
}

function devicesNamed(table: DeviceTable, name: string): readonly Device[] {
  const device = table.devices.get(name)
  if (device !== undefined) return [device]
  const members = (table.autochangers.get(name) ?? []).flatMap((member) => {
    const found = table.devices.get(member)
    return found === undefined ? [] : [found]
  })
  const selected = members.filter((one) => one.isAutoSelected)
  return selected.length > 0 ? selected : members
}

/** Counts the Jobs that write to each Device and makes those wait for which there is no room. */
export class DeviceSlots {
  readonly #writers = new Map<string, number>()
  readonly #waiting = new Map<string, (() => void)[]>()

  writerCount(device: Device): number {
    return this.#writers.get(device.name) ?? 0
  }

  waitingCount(device: Device): number {
    return this.#waiting.get(device.name)?.length ?? 0
  }

  /** The Device with the fewest writers and waiters; of equals the first. */
  choose(devices: readonly [Device, ...Device[]]): Device {
    const load = (device: Device): number => this.writerCount(device) + this.waitingCount(device)
    return devices.reduce((best, one) => (load(one) < load(best) ? one : best))
  }

  /**
   * Takes a place on the Device, in turn. `onWait` is called when there is none yet. Rejects as `stop` does; the result
   * gives the place back, once.
   */
  async take(device: Device, stop: Promise<never>, onWait: () => void): Promise<() => void> {
    if (device.maxWriters > 0 && this.writerCount(device) >= device.maxWriters) {
      onWait()
      await this.#waitForTurn(device, stop)
    }
    this.#writers.set(device.name, this.writerCount(device) + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#writers.set(device.name, this.writerCount(device) - 1)
      this.#waiting.get(device.name)?.shift()?.()
    }
  }

  async #waitForTurn(device: Device, stop: Promise<never>): Promise<void> {
    const queue = this.#waiting.get(device.name) ?? []
    this.#waiting.set(device.name, queue)
    let wake: () => void = () => undefined
    const turn = new Promise<void>((resolve) => {
      wake = resolve
    })
    queue.push(wake)
    try {
      await new Interruption(stop).race(turn)
    } catch (error) {
      const at = queue.indexOf(wake)
      if (at >= 0) queue.splice(at, 1)
      // Its turn came in the same moment: the next one takes it.
      else queue.shift()?.()
      throw error
    }
  }
}
