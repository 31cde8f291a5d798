// A set of FileIndexes of one Job: one bit each, in any order, read back as ranges.
import type { NumberRange } from '@coffer/core'

/** Bits of one piece: 64 KiB of memory for half a million files. */
const PIECE_BITS = 1 << 19

/** Memory grows with the highest number and not with how many are in it: 125 kB for a million. */
export class FileIndexSet {
  readonly #pieces = new Map<number, Uint32Array>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** True when it was not in the set. FileIndexes begin at 1; 0 and below mean "deleted" and are refused. */
  add(fileIndex: number): boolean {
    if (fileIndex <= 0) return false
    const piece = this.#piece(Math.floor(fileIndex / PIECE_BITS))
    const bit = fileIndex % PIECE_BITS
    const mask = 1 << (bit & 31)
    const word = piece[bit >>> 5] ?? 0
    if ((word & mask) !== 0) return false
    piece[bit >>> 5] = word | mask
    this.#size += 1
    return true
  }

  has(fileIndex: number): boolean {
    const bit = fileIndex % PIECE_BITS
    const word = this.#pieces.get(Math.floor(fileIndex / PIECE_BITS))?.[bit >>> 5] ?? 0
    return (word & (1 << (bit & 31))) !== 0
  }

  /** The members within a range, as ranges in normal form. */
  *rangesWithin({ from, to }: NumberRange): Generator<NumberRange> {
    let first = 0
    let last = 0
    for (const member of this.#members(from, to)) {
      if (member !== last + 1 || first === 0) {
        if (first !== 0) yield { from: first, to: last }
        first = member
      }
      last = member
    }
    if (first !== 0) yield { from: first, to: last }
  }

  *#members(from: number, to: number): Generator<number> {
    const numbers = [...this.#pieces.keys()].sort((a, b) => a - b)
    for (const number of numbers) {
      const base = number * PIECE_BITS
      if (base > to || base + PIECE_BITS <= from) continue
      const piece = this.#pieces.get(number) ?? new Uint32Array()
      for (let index = Math.floor(Math.max(0, from - base) / 32); index < piece.length; index++) {
        const word = piece[index] ?? 0
        if (word === 0) continue
        for (let bit = 0; bit < 32; bit++) {
          const member = base + index * 32 + bit
          if (member > to) return
          if (member >= from && (word & (1 << bit)) !== 0) yield member
        }
      }
    }
  }

  #piece(number: number): Uint32Array {
    const known = this.#pieces.get(number)
    if (known !== undefined) return known
    const piece = new Uint32Array(PIECE_BITS / 32)
    this.#pieces.set(number, piece)
    return piece
  }
}
