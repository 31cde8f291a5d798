// LZO1X streams: reading only. Source: the description of the LZO stream format in the Linux documentation.
import { damagedData } from './damaged.ts'

interface Cursor {
  readonly packed: Uint8Array
  readonly into: Uint8Array
  at: number
  out: number
}

/** How many literals came right before, which decides what instructions below 16 mean: 0, 1 to 3, or 4 for more. */
type LiteralState = 0 | 1 | 2 | 3 | 4

/** Unpacks one stream into `into`; returns the number of bytes. Throws `payload-damaged`. */
export function lzoDecompress(packed: Uint8Array, into: Uint8Array): number {
  const c: Cursor = { packed, into, at: 0, out: 0 }
  let state: LiteralState = 0
  const first = packed[0] ?? 0
  if (first > 17) {
    c.at = 1
    const count = first - 17
    literals(c, count)
    state = count < 4 ? (count as LiteralState) : 4
  }
  for (;;) {
    const code = next(c)
    if (code < 16 && state === 0) {
      literals(c, 3 + (code === 0 ? 15 + extraLength(c) : code))
      state = 4
      continue
    }
    const tail = match(c, code, state)
    if (tail === undefined) return finish(c)
    literals(c, tail)
    state = tail
  }
}

/** Copies one match; returns the literals that follow it (0 to 3), or undefined at the end of the stream. */
function match(c: Cursor, code: number, state: LiteralState): LiteralState | undefined {
  if (code >= 64) {
    const high = next(c)
    copy(c, (high << 3) + ((code >> 2) & 7) + 1, (code >> 5) + 1)
    return (code & 3) as LiteralState
  }
  if (code >= 32) {
    const length = 2 + ((code & 31) === 0 ? 31 + extraLength(c) : code & 31)
    const distance = next(c) | (next(c) << 8)
    copy(c, (distance >> 2) + 1, length)
    return (distance & 3) as LiteralState
  }
  if (code >= 16) {
    const length = 2 + ((code & 7) === 0 ? 7 + extraLength(c) : code & 7)
    const low = next(c) | (next(c) << 8)
    const distance = ((code & 8) << 11) + (low >> 2)
    if (distance === 0) return undefined
    copy(c, distance + 0x4000, length)
    return (low & 3) as LiteralState
  }
  const distance = (code >> 2) + (next(c) << 2) + 1
  if (state === 4) copy(c, distance + 0x800, 3)
  else copy(c, distance, 2)
  return (code & 3) as LiteralState
}

function finish(c: Cursor): number {
  if (c.at !== c.packed.length) throw damagedData('LZO', 'bytes follow its end')
  return c.out
}

function extraLength(c: Cursor): number {
  let length = 0
  for (;;) {
    const byte = next(c)
    if (byte !== 0) return length + byte
    length += 255
  }
}

function next(c: Cursor): number {
  const byte = c.packed[c.at]
  if (byte === undefined) throw damagedData('LZO', 'it is cut off')
  c.at += 1
  return byte
}

function literals(c: Cursor, count: number): void {
  if (c.at + count > c.packed.length || c.out + count > c.into.length) throw damaged()
  c.into.set(c.packed.subarray(c.at, c.at + count), c.out)
  c.at += count
  c.out += count
}

function copy(c: Cursor, distance: number, length: number): void {
  const end = c.out + length
  if (distance > c.out || end > c.into.length) throw damaged()
  for (let i = c.out; i < end; i++) c.into[i] = c.into[i - distance]!
  c.out = end
}

function damaged(): Error {
  return damagedData('LZO', 'a length or distance leaves the block')
}
