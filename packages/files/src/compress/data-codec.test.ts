import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CofferError } from '@coffer/core'
import real from './bareos-records.json' with { type: 'json' }
import { type CompressionName, createPacker, unpackData } from './data-codec.ts'
import { lz4Bound, lz4Compress, lz4Decompress } from './lz4.ts'
import { loadLz4 } from './lz4-provider.ts'
import { lzoDecompress } from './lzo.ts'
import { prepareZstd, zstdProviders } from './zstd.ts'

await prepareZstd()

const NAMES = ['GZIP', 'LZ4', 'LZ4HC', 'ZSTD'] as const
/** Of the sample's text file, 150000 bytes. */
const TEXT_SHA256 = '71f4a8d6490e74374733bb87fdee19ab9afd128825ee6fb1c142d23fec5591a3'
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function pack(name: CompressionName, plain: Uint8Array, level = 0): Buffer {
  const packer = createPacker(name, level)
  const into = Buffer.alloc(packer.bound(plain.length))
  return into.subarray(0, packer.pack(plain, into))
}

/** Bytes that repeat here and there, as files do. */
const plain = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 400 })), {
    maxLength: 30,
  })
  .map((runs) =>
    Buffer.concat(runs.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes))),
  )

describe('compressed records', () => {
  it.each(Object.entries(real))('of %s by Bareos are read', (_name, [hello, text]) => {
    expect(unpackData(Buffer.from(hello ?? '', 'base64')).toString()).toBe('hello\n')
    expect(sha256(unpackData(Buffer.from(text ?? '', 'base64')))).toBe(TEXT_SHA256)
  })

  it.each(NAMES)('of %s come back as they were', (name) => {
    fc.assert(
      fc.property(plain, (bytes) => {
        expect(unpackData(pack(name, bytes)).equals(bytes)).toBe(true)
      }),
    )
    const random = randomBytes(256 * 1024)
    const packed = pack(name, random)
    expect(packed.length).toBeLessThan(random.length + 600)
    expect(unpackData(packed).equals(random)).toBe(true)
  })

  it('are the very bytes of Bareos where the method leaves no choice', () => {
    const hello = Buffer.from('hello\n')
    expect(pack('GZIP', hello, 6).toString('base64')).toBe(real.GZIP[0])
    expect(pack('LZ4', hello).toString('base64')).toBe(real.LZ4[0])
    expect(pack('LZ4HC', hello).toString('base64')).toBe(real.LZ4HC[0])
  })

  it('say their level, and take the usual one for a level that does not exist', () => {
    expect(pack('ZSTD', Buffer.from('a'), 19).readUInt16BE(8)).toBe(19)
    expect(pack('ZSTD', Buffer.from('a'), 99).readUInt16BE(8)).toBe(3)
  })

  it('that unpack to more than the first room are read', () => {
    const zeros = Buffer.alloc(5 * 1024 * 1024)
    for (const name of ['GZIP', 'ZSTD'] as const) {
      expect(unpackData(pack(name, zeros)).equals(zeros)).toBe(true)
    }
  })

  it('that are damaged are refused', () => {
    const cases: Buffer[] = Object.values(real).map(([, text]) => Buffer.from(text ?? '', 'base64'))
    cases.push(pack('ZSTD', Buffer.from('some text, some text, some text')))
    const damage = fc.tuple(fc.constantFrom(...cases), fc.nat(2000), fc.nat(255), fc.nat(2000))
    fc.assert(
      fc.property(damage, ([record, at, byte, length]) => {
        const bytes = Buffer.from(record.subarray(0, length))
        if (bytes.length > 0) bytes[at % bytes.length] = byte
        try {
          unpackData(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
        }
      }),
    )
    expect(() => unpackData(Buffer.from('NOPE00000000000'))).toThrow('"NOPE" is not known')
  })
})

describe('decoders', () => {
  it('of LZ4 in TypeScript and in the library agree', () => {
    const library = loadLz4()
    fc.assert(
      fc.property(plain, (bytes) => {
        const packed = Buffer.alloc(lz4Bound(bytes.length))
        const into = Buffer.alloc(bytes.length)
        const ours = packed.subarray(0, lz4Compress(bytes, packed))
        expect(library.decompress(ours, into)).toBe(bytes.length)
        expect(into.equals(bytes)).toBe(true)
        const theirs = Buffer.alloc(lz4Bound(bytes.length))
        const theirBytes = library.compress(bytes, theirs)
        into.fill(0)
        expect(lz4Decompress(theirs.subarray(0, theirBytes), into)).toBe(bytes.length)
        expect(into.equals(bytes)).toBe(true)
      }),
    )
  })

  it('never write beyond their room, whatever they read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [lzoDecompress, lz4Decompress]) {
          try {
            expect(decode(bytes, new Uint8Array(64))).toBeLessThanOrEqual(64)
          } catch (error) {
            expect(error).toBeInstanceOf(CofferError)
          }
        }
      }),
    )
  })

  it('of zstd read what any other wrote', async () => {
    const providers = await zstdProviders()
    expect(providers.map((zstd) => zstd.provider)).toContain('wasm')
    const text = Buffer.from('the same words, '.repeat(1000))
    for (const writer of providers) {
      const packed = Buffer.alloc(20000)
      const size = writer.compress(text, packed, 3) ?? 0
      expect(size).toBeGreaterThan(0)
      for (const reader of providers) {
        const into = Buffer.alloc(text.length)
        expect(reader.decompress(packed.subarray(0, size), into)).toBe(text.length)
        expect(into.equals(text)).toBe(true)
        expect(() => reader.decompress(packed.subarray(0, size), Buffer.alloc(10))).toThrow()
        expect(() => reader.decompress(packed.subarray(0, size - 3), into)).toThrow()
      }
    }
  })
})
