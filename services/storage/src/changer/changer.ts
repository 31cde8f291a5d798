// An autochanger: drives, the media in its slots, and the program that moves them. Who needs a medium gets a drive for it.
import { CofferError } from '@coffer/core'
import type { CommandOptions, CommandResult } from '@coffer/daemon'
import type { FileDevice } from '../device/file-device.ts'
import {
  changerArguments,
  type ChangerCall,
  type ChangerSlot,
  parseListAll,
  parseNumber,
} from './changer-script.ts'
import { chooseDrive, type DriveState } from './choose-drive.ts'

export interface ChangerOptions {
  readonly name: string
  readonly command: string
  readonly changerDevice: string
  /** In the order of their indexes. */
  readonly drives: readonly { readonly device: FileDevice; readonly index: number }[]
  readonly waitMs: number
  readonly run: (options: CommandOptions) => Promise<CommandResult>
}

/** A drive with the medium in it that was asked for. */
export interface DriveLease {
  readonly device: FileDevice
  /** To be called once; the medium stays until another is needed. */
  readonly release: () => void
}

interface Drive extends DriveState {
  readonly device: FileDevice
  users: number
  /** Undefined until the program was asked. 0: empty. */
  slot: number | undefined
  isUnmounted: boolean
}

export class Changer {
  readonly #options: ChangerOptions
  readonly #drives: Drive[]
  readonly #listeners = new Set<() => void>()
  /** Slot of each barcode, as the program last told. */
  #inventory: ReadonlyMap<string, number> = new Map()
  #moves: Promise<unknown> = Promise.resolve()

  constructor(options: ChangerOptions) {
    this.#options = options
    this.#drives = options.drives.map(({ device, index }) => ({
      device,
      index,
      users: 0,
      slot: undefined,
      isUnmounted: false,
    }))
  }

  get name(): string {
    return this.#options.name
  }

  get driveCount(): number {
    return this.#drives.length
  }

  /** What is said of a drive in a status display. */
  driveText(device: FileDevice): string {
    const drive = this.#drives.find((one) => one.device === device)
    if (drive === undefined) return ''
    if (drive.isUnmounted) return `Drive ${drive.index} is BLOCKED. User unmounted.`
    return drive.slot === undefined || drive.slot === 0
      ? `Drive ${drive.index} is not loaded.`
      : `Slot ${drive.slot} is loaded in drive ${drive.index}.`
  }

  /**
   * A drive with the Volume in it: the one that has it, else one that is idle, else the first that becomes so. `slot` is
   * where the Catalog has it, for media without barcodes; 0 when it does not know. Throws `volume-missing` when no slot
   * holds it, `changer-failed` when the program fails.
   */
  async acquire(volume: string, slot: number): Promise<DriveLease> {
    for (;;) {
      const change = this.#nextChange()
      const lease = await this.#inTurn(() => this.#tryAcquire(volume, slot))
      if (lease !== undefined) {
        change.cancel()
        return lease
      }
      await change.happened
    }
  }

  /** All places, asked for anew. */
  async list(): Promise<readonly ChangerSlot[]> {
    return this.#inTurn(() => this.#readPlaces())
  }

  /** Loads a slot into a drive that is idle, and lets it be used again after `unmount`. Slot 0: as it is. */
  async mount(driveIndex: number, slot: number): Promise<string> {
    return this.#inTurn(async () => {
      const drive = this.#driveAt(driveIndex)
      drive.isUnmounted = false
      await this.#learn(drive)
      if (slot !== 0 && drive.slot !== slot) {
        this.#checkIdle(drive)
        await this.#load(drive, slot, '')
      }
      this.#changed()
      return `3001 Device ${textOf(drive.device)} is mounted. ${this.driveText(drive.device)}`
    })
  }

  /** Takes the medium out of a drive that is idle; `keepsOut`: nobody gets the drive until it is mounted again. */
  async unload(driveIndex: number, keepsOut: boolean): Promise<string> {
    return this.#inTurn(async () => {
      const drive = this.#driveAt(driveIndex)
      this.#checkIdle(drive)
      await this.#learn(drive)
      await this.#empty(drive)
      drive.isUnmounted = keepsOut
      this.#changed()
      const text = textOf(drive.device)
      return keepsOut ? `3002 Device ${text} unmounted.` : `3022 Device ${text} released.`
    })
  }

  /** Moves a medium from slot to slot. */
  async move(from: number, to: number): Promise<string> {
    return this.#inTurn(async () => {
      for (const drive of this.#drives) {
        await this.#learn(drive)
        if (drive.slot !== from && drive.slot !== to) continue
        this.#checkIdle(drive)
        await this.#empty(drive)
      }
      await this.#call({ operation: 'transfer', slot: from, archiveDevice: String(to) })
      this.#inventory = new Map()
      return `3308 Successfully transferred volume from slot ${from} to ${to}.`
    })
  }

  async #tryAcquire(volume: string, slot: number): Promise<DriveLease | undefined> {
    for (const drive of this.#drives) await this.#learn(drive)
    const wanted = await this.#slotOf(volume, slot)
    const drive = chooseDrive(this.#drives, wanted)
    if (drive === undefined) return undefined
    if (drive.slot !== wanted) await this.#load(drive, wanted, volume)
    drive.users++
    let isHeld = true
    return {
      device: drive.device,
      release: () => {
        if (!isHeld) return
        isHeld = false
        drive.users--
        if (drive.users === 0) this.#changed()
      },
    }
  }

  async #slotOf(volume: string, hint: number): Promise<number> {
    const known = this.#inventory.get(volume)
    if (known !== undefined) return known
    const places = await this.#readPlaces()
    const found = this.#inventory.get(volume)
    if (found !== undefined) return found
    // Only a medium without a barcode is believed to be what the Catalog says.
    if (places.some((place) => isBlank(place, hint))) return hint
    throw new CofferError(
      'volume-missing',
      `Volume "${volume}" is not in the autochanger "${this.name}"`,
    )
  }

  async #readPlaces(): Promise<readonly ChangerSlot[]> {
    const places = parseListAll(await this.#call({ operation: 'listall' }))
    const inSlots = places
      .filter(({ kind, isFull, barcode }) => kind === 'slot' && isFull && barcode !== '')
      .map(({ barcode, number }) => [barcode, number] as const)
    const inDrives = places
      .filter(({ kind, isFull, barcode }) => kind === 'drive' && isFull && barcode !== '')
      .map(({ barcode, loadedSlot }) => [barcode, loadedSlot] as const)
    this.#inventory = new Map([...inSlots, ...inDrives])
    return places
  }

  /** Asks the program what is in a drive, the first time. */
  async #learn(drive: Drive): Promise<void> {
    if (drive.slot !== undefined) return
    const { archiveDevice } = drive.device
    const text = await this.#call({ operation: 'loaded', archiveDevice, drive: drive.index })
    drive.slot = parseNumber(text) ?? 0
  }

  async #load(drive: Drive, slot: number, volume: string): Promise<void> {
    for (const other of this.#drives) {
      if (other === drive || other.slot !== slot) continue
      this.#checkIdle(other)
      await this.#empty(other)
    }
    await this.#empty(drive)
    const { archiveDevice } = drive.device
    await this.#call({ operation: 'load', slot, archiveDevice, drive: drive.index, volume })
    drive.slot = slot
  }

  async #empty(drive: Drive): Promise<void> {
    const slot = drive.slot ?? 0
    if (slot === 0) return
    const { archiveDevice } = drive.device
    await this.#call({ operation: 'unload', slot, archiveDevice, drive: drive.index })
    drive.slot = 0
  }

  async #call(call: Partial<ChangerCall> & Pick<ChangerCall, 'operation'>): Promise<string> {
    const { command, changerDevice, waitMs, run } = this.#options
    const argv = changerArguments(command, { ...NO_PLACE, changerDevice, ...call })
    const result = await run({ argv, timeoutMs: waitMs, keepBytes: KEPT_BYTES })
    if (result.exitCode === 0) return result.stdoutTail.toString('utf8')
    // What it was doing may be half done: its drives are asked again.
    for (const drive of this.#drives) if (drive.users === 0) drive.slot = undefined
    const said = `${result.stderrTail.toString('utf8')} ${result.stdoutTail.toString('utf8')}`
    const why = result.timedOut ? `took longer than ${waitMs / 1000} seconds` : said.trim()
    throw new CofferError(
      'changer-failed',
      `autochanger "${this.name}": ${call.operation} of slot ${call.slot ?? 0} failed: ${why.slice(0, MAX_SAID)}`,
    )
  }

  #driveAt(index: number): Drive {
    const drive = this.#drives.find((one) => one.index === index)
    if (drive !== undefined) return drive
    throw new CofferError('device-unknown', `autochanger "${this.name}" has no drive ${index}`)
  }

  #checkIdle(drive: Drive): void {
    if (drive.users === 0) return
    throw new CofferError(
      'volume-in-use',
      `drive ${drive.index} of autochanger "${this.name}" is in use by ${drive.users} Jobs`,
    )
  }

  async #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.#moves.then(action)
    this.#moves = turn.catch(() => undefined)
    return turn
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  #nextChange(): { readonly happened: Promise<void>; cancel(): void } {
    let wake: () => void = () => undefined
    const happened = new Promise<void>((resolve) => {
      wake = resolve
    })
    const listener = (): void => {
      this.#listeners.delete(listener)
      wake()
    }
    this.#listeners.add(listener)
    return { happened, cancel: listener }
  }
}

/** Whether the medium of that slot, there or in a drive, has no barcode. */
function isBlank(
  { kind, number, isFull, barcode, loadedSlot }: ChangerSlot,
  slot: number,
): boolean {
  return isFull && barcode === '' && slot === (kind === 'drive' ? loadedSlot : number)
}

const NO_PLACE = { slot: 0, drive: 0, archiveDevice: '', volume: '' }
const KEPT_BYTES = 4 * 1024 * 1024
const MAX_SAID = 500

function textOf({ name, archiveDevice }: FileDevice): string {
  return `"${name}" (${archiveDevice})`
}
