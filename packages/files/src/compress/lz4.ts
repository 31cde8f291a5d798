// LZ4 blocks in plain TypeScript, for systems without liblz4. Source: the LZ4 block format description.
import { damagedData } from './damaged.ts'

const MIN_MATCH = 4
/** The last match begins at least this far from the end, and the last five bytes are literals. */
const LAST_MATCH_AT = 12
const LAST_LITERALS = 5
const MAX_OFFSET = 65535
const HASH_BITS = 14
const table = new Int32Array(1 << HASH_BITS)

/** Unpacks one block into `into`; returns the number of bytes. Throws `payload-damaged`. */
export function lz4Decompress(packed: Uint8Array, into: Uint8Array): number {
  let at = 0
  let out = 0
  while (at < packed.length) {
    const token = packed[at++]!
    let literals = token >> 4
    if (literals === 15) {
      const [more, next] = extraLength(packed, at)
      literals += more
      at = next
    }
    if (at + literals > packed.length || out + literals > into.length) throw damaged()
    into.set(packed.subarray(at, at + literals), out)
    at += literals
    out += literals
    if (at === packed.length) break
    if (at + 2 > packed.length) throw damaged()
    const offset = packed[at]! | (packed[at + 1]! << 8)
    at += 2
    let length = token & 15
    if (length === 15) {
      const [more, next] = extraLength(packed, at)
      length += more
      at = next
    }
    out = copyMatch(into, out, offset, length + MIN_MATCH)
  }
  return out
}

/** Copies a match that may overlap itself; returns the position behind it. */
function copyMatch(into: Uint8Array, out: number, offset: number, length: number): number {
  if (offset === 0 || offset > out || out + length > into.length) throw damaged()
  if (offset >= length) {
    into.copyWithin(out, out - offset, out - offset + length)
  } else {
    for (let i = out; i < out + length; i++) into[i] = into[i - offset]!
  }
  return out + length
}

function extraLength(packed: Uint8Array, from: number): readonly [number, number] {
  let at = from
  let length = 0
  for (;;) {
    if (at >= packed.length) throw damaged()
    const byte = packed[at++]!
    length += byte
    if (byte !== 255) return [length, at]
  }
}

/** The room that a packed block may need. */
export function lz4Bound(plainBytes: number): number {
  return plainBytes + Math.floor(plainBytes / 255) + 16
}

/** Packs one block greedily into `into`, which has `lz4Bound` bytes; returns the number of bytes. */
export function lz4Compress(plain: Uint8Array, into: Uint8Array): number {
  table.fill(-1)
  const matchLimit = plain.length - LAST_MATCH_AT
  let anchor = 0
  let out = 0
  let at = 0
  let misses = 0
  while (at < matchLimit) {
    const word = word32(plain, at)
    const slot = Math.imul(word, 2654435761) >>> (32 - HASH_BITS)
    const candidate = table[slot]!
    table[slot] = at
    if (candidate < 0 || at - candidate > MAX_OFFSET || word32(plain, candidate) !== word) {
      // What does not repeat is stepped over ever faster.
      at += 1 + (misses++ >> 6)
      continue
    }
    misses = 0
    const length = matchLength(plain, candidate, at)
    out = putLiterals(into, out, plain.subarray(anchor, at), length - MIN_MATCH)
    out = putMatch(into, out, at - candidate, length - MIN_MATCH)
    at += length
    anchor = at
  }
  return putLiterals(into, out, plain.subarray(anchor), -1)
}

function word32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

function matchLength(plain: Uint8Array, candidate: number, at: number): number {
  const end = plain.length - LAST_LITERALS
  let length = MIN_MATCH
  while (at + length < end && plain[candidate + length] === plain[at + length]) length++
  return length
}

/** Token, literals and their length; `match` is the length of the match that follows less four, or -1 for none. */
function putLiterals(into: Uint8Array, from: number, literals: Uint8Array, match: number): number {
  let out = from
  const count = literals.length
  into[out++] = (Math.min(count, 15) << 4) | Math.min(Math.max(match, 0), 15)
  if (count >= 15) out = putLength(into, out, count - 15)
  into.set(literals, out)
  return out + count
}

function putMatch(into: Uint8Array, from: number, offset: number, match: number): number {
  into[from] = offset & 255
  into[from + 1] = offset >> 8
  return match >= 15 ? putLength(into, from + 2, match - 15) : from + 2
}

function putLength(into: Uint8Array, from: number, length: number): number {
  let out = from
  let rest = length
  for (; rest >= 255; rest -= 255) into[out++] = 255
  into[out++] = rest
  return out
}

function damaged(): Error {
  return damagedData('LZ4', 'a length or distance leaves the block')
}
