// The record of a restore object: what a plugin wants to see again before the restore of its files.
import { CofferError } from '@coffer/core'

/**
 * Source: the Bareos Volume format. Text `FileIndex type objectIndex length fullLength compression plugin`, then NUL,
 * the object's name, NUL, and `length` bytes.
 */
export interface RestoreObject {
  readonly fileIndex: number
  readonly type: number
  readonly objectIndex: number
  /** Size when unpacked. */
  readonly fullLength: number
  readonly compression: number
  readonly plugin: Buffer
  readonly name: Buffer
  readonly bytes: Buffer
}

const NUMBERS = /^(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) /u
const LONGEST_NUMBERS = 66

/** Reads a record; the parts are views of it. Throws `attributes-damaged`. */
export function decodeRestoreObject(record: Buffer): RestoreObject {
  const match = NUMBERS.exec(record.toString('latin1', 0, LONGEST_NUMBERS))
  if (match === null) throw damaged()
  const number = (at: number) => Number(match[at])
  const pluginAt = match[0].length
  const pluginEnd = endOfField(record, pluginAt)
  const nameEnd = endOfField(record, pluginEnd + 1)
  const bytes = record.subarray(nameEnd + 1, nameEnd + 1 + number(4))
  if (bytes.length !== number(4)) throw damaged()
  return {
    fileIndex: number(1),
    type: number(2),
    objectIndex: number(3),
    fullLength: number(5),
    compression: number(6),
    plugin: record.subarray(pluginAt, pluginEnd),
    name: record.subarray(pluginEnd + 1, nameEnd),
    bytes,
  }
}

function endOfField(record: Buffer, from: number): number {
  const end = record.indexOf(0, from)
  if (end < 0) throw damaged()
  return end
}

function damaged(): CofferError {
  return new CofferError('attributes-damaged', 'a restore object record cannot be read')
}
