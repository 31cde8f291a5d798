// Zstandard frames by whatever is at hand: the system's libzstd, node itself, or WebAssembly. All read each other.
import * as zlib from 'node:zlib'
import { CofferError } from '@coffer/core'
import { damagedData } from './damaged.ts'
import { findLibrary, type SystemLibrary } from './system-library.ts'

export interface Zstd {
  readonly provider: 'libzstd' | 'node' | 'wasm'
  /** Packs into `into`; returns the number of bytes, or undefined when it does not fit. */
  compress(plain: Uint8Array, into: Uint8Array, level: number): number | undefined
  /** Unpacks one frame into `into`; returns the number of bytes. Throws `payload-damaged`. */
  decompress(packed: Uint8Array, into: Uint8Array): number
}

interface NodeZstd {
  readonly constants: { readonly ZSTD_c_compressionLevel?: number }
  readonly zstdCompressSync?: (plain: Uint8Array, options: object) => Buffer
  readonly zstdDecompressSync?: (packed: Uint8Array, options: object) => Buffer
}

let found: Zstd | undefined

/** The first that works. Throws `compression-unavailable` when there is none. */
export function loadZstd(): Zstd {
  found ??= fromSystem() ?? fromNode()
  if (found === undefined) {
    throw new CofferError('compression-unavailable', 'nothing here can read or write zstd')
  }
  return found
}

/** Loads the slow one where there is no other; call once before `loadZstd`. */
export async function prepareZstd(): Promise<void> {
  found ??= fromSystem() ?? fromNode() ?? (await fromWasm())
}

/** Every provider that works here, for tests. */
export async function zstdProviders(): Promise<readonly Zstd[]> {
  return [fromSystem(), fromNode(), await fromWasm()].filter((zstd) => zstd !== undefined)
}

function fromSystem(): Zstd | undefined {
  const library = findLibrary('libzstd.so.1')
  return library === undefined ? undefined : bindLibrary(library)
}

function bindLibrary(library: SystemLibrary): Zstd {
  const isError = library.func('uint32_t ZSTD_isError(size_t code)')
  const createC = library.func('void *ZSTD_createCCtx()')
  const createD = library.func('void *ZSTD_createDCtx()')
  const pack = library.func(
    'size_t ZSTD_compressCCtx(void *context, void *into, size_t capacity, const void *plain, size_t size, int level)',
  )
  const unpack = library.func(
    'size_t ZSTD_decompressDCtx(void *context, void *into, size_t capacity, const void *packed, size_t size)',
  )
  const packing = createC()
  const unpacking = createD()
  return {
    provider: 'libzstd',
    compress(plain, into, level) {
      const size = pack(packing, into, into.length, plain, plain.length, level)
      return isError(size) === 0 ? Number(size) : undefined
    },
    decompress(packed, into) {
      const size = unpack(unpacking, into, into.length, packed, packed.length)
      if (isError(size) !== 0) throw damagedData('zstd', 'the frame is not whole')
      return Number(size)
    },
  }
}

function fromNode(): Zstd | undefined {
  const { zstdCompressSync, zstdDecompressSync, constants } = zlib as unknown as NodeZstd
  if (zstdCompressSync === undefined || zstdDecompressSync === undefined) return undefined
  return {
    provider: 'node',
    compress(plain, into, level) {
      const params = { [constants.ZSTD_c_compressionLevel ?? 100]: level }
      return place(zstdCompressSync(plain, { params }), into)
    },
    decompress(packed, into) {
      const limit = { maxOutputLength: Math.max(into.length, 1) }
      return unpacked(() => zstdDecompressSync(packed, limit), into)
    },
  }
}

async function fromWasm(): Promise<Zstd | undefined> {
  const { init, compress, decompress } = await import('@bokuweb/zstd-wasm')
  await init()
  return {
    provider: 'wasm',
    compress: (plain, into, level) => place(compress(plain, level), into),
    decompress(packed, into) {
      if (frameContentBytes(packed) > into.length) throw damagedData('zstd', 'it is too large')
      return unpacked(() => decompress(packed), into)
    },
  }
}

function place(packed: Uint8Array, into: Uint8Array): number | undefined {
  if (packed.length > into.length) return undefined
  into.set(packed)
  return packed.length
}

function unpacked(action: () => Uint8Array, into: Uint8Array): number {
  let plain: Uint8Array
  try {
    plain = action()
  } catch {
    throw damagedData('zstd', 'the frame is not whole')
  }
  if (plain.length > into.length) throw damagedData('zstd', 'it is too large')
  into.set(plain)
  return plain.length
}

/**
 * The content size in a frame's header (RFC 8878, 3.1.1.1), or infinity when it has none: a decoder that allocates what
 * a frame claims must not be asked.
 */
function frameContentBytes(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 18 && frame.length < 6) return Infinity
  if (view.getUint32(0, true) !== 0xfd2fb528) return Infinity
  const descriptor = view.getUint8(4)
  const single = (descriptor & 0x20) !== 0
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
  const sizeFlag = descriptor >> 6
  const sizeBytes = sizeFlag === 0 ? (single ? 1 : 0) : 1 << sizeFlag
  if (sizeBytes === 0 || at + sizeBytes > frame.length) return Infinity
  if (sizeBytes === 1) return view.getUint8(at)
  if (sizeBytes === 2) return view.getUint16(at, true) + 256
  return sizeBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true))
}
