// LZ4 by the system's liblz4 where it is, else in TypeScript.
import { damagedData } from './damaged.ts'
import { lz4Compress, lz4Decompress } from './lz4.ts'
import { findLibrary } from './system-library.ts'

export interface Lz4 {
  readonly provider: 'liblz4' | 'typescript'
  /** Packs into `into`, which has `lz4Bound` bytes; returns the number of bytes. */
  readonly compress: (plain: Uint8Array, into: Uint8Array) => number
  /** The same, slower and smaller where the library is there. */
  readonly compressHigh: (plain: Uint8Array, into: Uint8Array) => number
  readonly decompress: (packed: Uint8Array, into: Uint8Array) => number
}

const plainLz4: Lz4 = {
  provider: 'typescript',
  compress: lz4Compress,
  compressHigh: lz4Compress,
  decompress: lz4Decompress,
}

const HIGH_LEVEL = 9
let found: Lz4 | undefined

export function loadLz4(): Lz4 {
  found ??= fromSystem() ?? plainLz4
  return found
}

function fromSystem(): Lz4 | undefined {
  const library = findLibrary('liblz4.so.1')
  if (library === undefined) return undefined
  const pack = library.func(
    'int LZ4_compress_default(const void *plain, void *into, int size, int capacity)',
  )
  const packHigh = library.func(
    'int LZ4_compress_HC(const void *plain, void *into, int size, int capacity, int level)',
  )
  const unpack = library.func(
    'int LZ4_decompress_safe(const void *packed, void *into, int size, int capacity)',
  )
  return {
    provider: 'liblz4',
    compress: (plain, into) => Number(pack(plain, into, plain.length, into.length)),
    compressHigh: (plain, into) =>
      Number(packHigh(plain, into, plain.length, into.length, HIGH_LEVEL)),
    decompress: (packed, into) => {
      const size = Number(unpack(packed, into, packed.length, into.length))
      if (size < 0) throw damagedData('LZ4', 'a length or distance leaves the block')
      return size
    },
  }
}
