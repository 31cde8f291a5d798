// Changer Command: how it is called, and what its answers mean. The interface is that of Bareos's mtx-changer.
import { CofferError } from '@coffer/core'

/** Operations that a Changer Command knows. */
type ChangerOperation = 'load' | 'unload' | 'loaded' | 'list' | 'listall' | 'slots' | 'transfer'

export interface ChangerCall {
  readonly operation: ChangerOperation
  /** Counted from 1. */
  readonly slot: number
  readonly drive: number
  /** Archive Device of the drive; of a transfer the slot that it goes to. */
  readonly archiveDevice: string
  readonly changerDevice: string
  readonly volume: string
}

/**
 * The words of a Changer Command with its codes filled in: %a archive device, %c changer device, %d drive, %o operation, %s
 * slot counted from 0, %S slot counted from 1, %v Volume, %% a percent sign. No shell reads them; quotes keep blanks.
 */
export function changerArguments(command: string, call: ChangerCall): [string, ...string[]] {
  const words = command.match(/"[^"]*"|\S+/gu) ?? []
  const codes: Readonly<Record<string, string>> = {
    '%': '%',
    a: call.archiveDevice,
    c: call.changerDevice,
    d: String(call.drive),
    o: call.operation,
    s: String(call.slot - 1),
    S: String(call.slot),
    v: call.volume,
  }
  const [program, ...others] = words
    .map((word) => word.replace(/^"(.*)"$/u, '$1'))
    .map((word) => word.replace(/%(.)/gu, (text, letter: string) => codes[letter] ?? text))
  if (program === undefined) {
    throw new CofferError('changer-failed', 'the Changer Command is empty')
  }
  return [program, ...others]
}

/** A place of a changer. */
export interface ChangerSlot {
  /** Of a slot counted from 1, of a drive from 0. */
  readonly number: number
  readonly kind: 'slot' | 'import' | 'drive'
  readonly isFull: boolean
  /** Empty when it has none, or none can be read. */
  readonly barcode: string
  /** Of a drive: where its medium belongs; 0 when that is not known. */
  readonly loadedSlot: number
}

/** More places than any changer has: what says otherwise is no changer. */
const MAX_PLACES = 100_000

/**
 * Reads the lines of `listall`: `D:drive:F:slot:barcode`, `S:slot:F:barcode`, `I:slot:E`. Lines that are none of these are
 * left out: programs talk.
 */
export function parseListAll(text: string): ChangerSlot[] {
  const places: ChangerSlot[] = []
  for (const line of text.split('\n')) {
    const place = parsePlace(line.trim())
    if (place !== undefined) places.push(place)
    if (places.length > MAX_PLACES) {
      throw new CofferError(
        'changer-failed',
        `the Changer Command lists more than ${MAX_PLACES} places`,
      )
    }
  }
  return places
}

function parsePlace(line: string): ChangerSlot | undefined {
  const drive = /^D:(\d{1,6}):(?:F(?::(\d{1,6}))?(?::(\S*))?|E.*)$/u.exec(line)
  if (drive !== null) {
    const [, number, slot, barcode = ''] = drive
    const isFull = line.split(':')[2] === 'F'
    return { number: Number(number), kind: 'drive', isFull, barcode, loadedSlot: Number(slot ?? 0) }
  }
  const slot = /^([SI]):(\d{1,6}):(?:F(?::(\S*))?|E.*)$/u.exec(line)
  if (slot === null) return undefined
  const [, letter, number, barcode = ''] = slot
  return {
    number: Number(number),
    kind: letter === 'I' ? 'import' : 'slot',
    isFull: line.split(':')[2] === 'F',
    barcode,
    loadedSlot: 0,
  }
}

/** The number on the last line that is one: the answer of `loaded` and `slots`. */
export function parseNumber(text: string): number | undefined {
  const numbers = text.split('\n').filter((line) => /^\s*\d{1,6}\s*$/u.test(line))
  const last = numbers.at(-1)
  return last === undefined ? undefined : Number(last)
}
