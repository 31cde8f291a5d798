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
  const numbers = (match ?? []).slice(1).map(Number)
  const [fileIndex = 0, type = 0, objectIndex = 0, length = 0, fullLength = 0, compression = 0] =
    numbers
  const pluginAt = match?.[0].length ?? 0
  const pluginEnd = record.indexOf(0, pluginAt)
  const nameEnd = pluginEnd < 0 ? -1 : record.indexOf(0, pluginEnd + 1)
  if (match === null || nameEnd < 0 || length > record.length - nameEnd - 1) {
    throw new CofferError('attributes-damaged', 'a restore object record cannot be read')
  }
  return {
    fileIndex,
    type,
    objectIndex,
    fullLength,
    compression,
    plugin: record.subarray(pluginAt, pluginEnd),
    name: record.subarray(pluginEnd + 1, nameEnd),
    bytes: record.subarray(nameEnd + 1, nameEnd + 1 + length),
  }
}
