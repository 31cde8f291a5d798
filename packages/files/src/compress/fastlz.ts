// FastLZ blocks of level 1, which Bareos writes: reading only. Source: the FastLZ block format description.
import { damagedData } from './damaged.ts'

/** Unpacks one block into `into`; returns the number of bytes. Throws `payload-damaged`. */
export function fastlzDecompress(packed: Uint8Array, into: Uint8Array): number {
  if (packed.length === 0) return 0
  const level = packed[0]! >> 5
  if (level !== 0) throw damagedData('LZFAST', `level ${level + 1} is not known`)
  let at = 0
  let out = 0
  while (at < packed.length) {
    // The first instruction is always literals; its upper bits hold the level.
    const control = at === 0 ? packed[0]! & 31 : packed[at]!
    at += 1
    if (control < 32) {
      const count = control + 1
      if (at + count > packed.length || out + count > into.length) throw damaged()
      into.set(packed.subarray(at, at + count), out)
      at += count
      out += count
    } else {
      const match = readMatch(packed, at, control)
      at = match.next
      out = copyMatch(into, out, match)
    }
  }
  return out
}

interface Match {
  readonly length: number
  readonly distance: number
  readonly next: number
}

function readMatch(packed: Uint8Array, from: number, control: number): Match {
  let at = from
  let length = (control >> 5) + 2
  if (control >> 5 === 7) length += byteAt(packed, at++)
  const distance = ((control & 31) << 8) + byteAt(packed, at++) + 1
  return { length, distance, next: at }
}

function copyMatch(into: Uint8Array, out: number, match: Match): number {
  const end = out + match.length
  if (match.distance > out || end > into.length) throw damaged()
  for (let i = out; i < end; i++) into[i] = into[i - match.distance]!
  return end
}

function byteAt(packed: Uint8Array, at: number): number {
  const byte = packed[at]
  if (byte === undefined) throw damaged()
  return byte
}

function damaged(): Error {
  return damagedData('LZFAST', 'a length or distance leaves the block')
}
