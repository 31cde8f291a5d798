// The attribute record of a file that moves to another number: everything else stays byte for byte.
import { splitAttributes } from './attributes.ts'
import { encodeBase64Number } from './base64-number.ts'
import { CofferError } from './errors.ts'

/** Which of the 16 numbers of a stat is the FileIndex of the first hard link. */
const LINK_WORD = 13
const BLANK = 0x20

/**
 * The record with another FileIndex; `linkFileIndex` goes in where the record names that of a first hard link. Throws
 * `attributes-damaged` for what is no attribute record.
 */
export function renumberAttributes(
  record: Uint8Array,
  fileIndex: number,
  linkFileIndex: number,
): Buffer {
  const { lstat, path } = splitAttributes(record)
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength)
  const head = Buffer.from(String(fileIndex), 'latin1')
  const afterIndex = bytes.indexOf(BLANK)
  const words = lstat.split(' ')
  if (words[LINK_WORD] === undefined || words[LINK_WORD] === 'A') {
    return Buffer.concat([head, bytes.subarray(afterIndex)])
  }
  words[LINK_WORD] = encodeBase64Number(linkFileIndex)
  // The path is a view of the record: the stat begins behind the NUL that ends it.
  const lstatAt = path.byteOffset - bytes.byteOffset + path.length + 1
  const lstatEnd = bytes.indexOf(0, lstatAt)
  if (lstatEnd < 0) throw new CofferError('attributes-damaged', 'an attribute record is cut off')
  const stat = Buffer.from(words.join(' '), 'latin1')
  return Buffer.concat([head, bytes.subarray(afterIndex, lstatAt), stat, bytes.subarray(lstatEnd)])
}
