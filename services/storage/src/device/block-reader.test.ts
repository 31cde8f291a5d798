import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_HEADER_BYTES, sealBlock } from '../volume/block.ts'
import {
  BlockReader,
  type BlockReaderOptions,
  type DamagedPlace,
  type ReadBlock,
} from './block-reader.ts'
import { findSoundEnd } from './sound-end.ts'
import type { ReadSource } from './volume-file.ts'

function sourceOf(bytes: Buffer): ReadSource {
  return {
    readAt: async (into, position) => bytes.copy(into, 0, position, position + into.length),
  }
}

function block(data: Uint8Array, number: number, sessionId = 1): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(BLOCK_HEADER_BYTES), data])
  sealBlock(bytes, { number, sessionId, sessionTime: 2 })
  return bytes
}

async function readAll(
  bytes: Buffer,
  options: Partial<BlockReaderOptions> = {},
): Promise<(ReadBlock | DamagedPlace)[]> {
  const reader = new BlockReader(sourceOf(bytes), { endBytes: bytes.length, ...options })
  const found: (ReadBlock | DamagedPlace)[] = []
  for (let one = await reader.next(); one !== undefined; one = await reader.next()) {
    found.push(one.kind === 'block' ? { ...one, bytes: Buffer.from(one.bytes) } : one)
  }
  return found
}

const data = fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 12 })

describe('BlockReader', () => {
  it('gives every block of a sound Volume', async () => {
    await fc.assert(
      fc.asyncProperty(data, async (parts) => {
        const blocks = parts.map((part, number) => block(part, number))
        const found = await readAll(Buffer.concat(blocks))
        expect(found.map((one) => one.kind === 'block' && one.bytes)).toEqual(blocks)
      }),
    )
  })

  it('does not believe the size of a block without a checksum when nothing follows there', async () => {
    const blocks = [1, 2, 3].map((number) => block(Buffer.alloc(number), number))
    const bytes = Buffer.concat(blocks)
    bytes.writeUInt32BE(0, 0)
    bytes.writeUInt32BE(bytes.length - 5, 4)
    const found = await readAll(bytes)
    expect(found.map((one) => one.kind)).toEqual(['damage', 'block', 'block'])
  })

  it('gives every block that damage did not touch, and names the damaged places', async () => {
    await fc.assert(
      fc.asyncProperty(
        data,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
        async (parts, flips) => {
          const blocks = parts.map((part, number) => block(part, number))
          const bytes = Buffer.concat(blocks)
          const hit = new Set<number>()
          for (const [at, flip] of flips) {
            const index = at % bytes.length
            bytes[index] = bytes[index]! ^ flip
            hit.add(index)
          }
          const found = await readAll(bytes)
          const addresses = found.flatMap((one) => (one.kind === 'block' ? [one.address] : []))
          let address = 0
          for (const one of blocks) {
            const end = address + one.length
            const isSame = bytes.subarray(address, end).equals(one)
            if (isSame) expect(addresses).toContain(address)
            const isNamed = found.some(
              (place) => place.kind === 'damage' && place.from <= address && place.to >= end,
            )
            // A checksum turned to zero is a block without checksum: nothing can be said of it.
            const hasChecksum = bytes.readUInt32BE(address) !== 0
            if (!isSame && hasChecksum) expect(isNamed).toBe(true)
            address = end
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('keeps blocks that a damaged size would pass over, when it leads to another block', async () => {
    const parts = [8, 9, 7, 6].map((length, number) => block(Buffer.alloc(length), number))
    const [first, second, third] = parts.map((part) => part.length) as [number, number, number]
    const bytes = Buffer.concat(parts)
    bytes.writeUInt32BE(first + second + third, 4)
    expect(await readAll(bytes)).toMatchObject([
      { kind: 'damage', from: 0, to: first, reason: 'checksum' },
      { kind: 'block', address: first },
      { kind: 'block', address: first + second },
      { kind: 'block', address: first + second + third },
    ])
  })

  it('takes the content of a damaged block for content, blocks or not', async () => {
    const inner = Buffer.concat([0, 1].map((number) => block(Buffer.from('inner'), number, 7)))
    const outer = block(Buffer.concat([inner, Buffer.from('the rest of the file')]), 0)
    outer[BLOCK_HEADER_BYTES + inner.length] = 0
    const after = block(Buffer.from('after'), 1)
    expect(await readAll(Buffer.concat([outer, after]))).toMatchObject([
      { kind: 'damage', from: 0, to: outer.length, reason: 'checksum' },
      { kind: 'block', address: outer.length },
    ])
  })

  it('does not believe the size of a block that it passes over when nothing follows there', async () => {
    const blocks = [block(Buffer.from('other'), 0, 9), block(Buffer.from('mine'), 0)]
    const bytes = Buffer.concat(blocks)
    bytes.writeUInt32BE(40, 4)
    const found = await readAll(bytes, { wants: ({ sessionId }) => sessionId === 1 })
    expect(found).toMatchObject([
      { kind: 'damage', from: 0, to: 29 },
      { kind: 'block', address: 29 },
    ])
  })

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const found = await readAll(Buffer.from(bytes))
        expect(found.every((one) => one.kind === 'damage')).toBe(true)
      }),
    )
  })

  it('says that a Volume ends in the middle of a block', async () => {
    const bytes = Buffer.concat([block(Buffer.from('one'), 0), block(Buffer.from('two'), 1)])
    expect(await readAll(bytes.subarray(0, -1))).toMatchObject([
      { kind: 'block', address: 0 },
      { kind: 'damage', from: 27, to: 53, reason: 'cut-short' },
    ])
  })

  it('reads only the ranges that are asked for', async () => {
    const bytes = Buffer.concat([0, 1, 2, 3].map((n) => block(Buffer.from('abc'), n)))
    const found = await readAll(bytes, {
      ranges: [
        { from: 27, to: 53 },
        { from: 81, to: 200 },
      ],
    })
    expect(found.map((one) => one.kind === 'block' && one.address)).toEqual([27, 81])
  })

  it('passes over what is not wanted without looking at its checksum', async () => {
    const other = block(Buffer.from('other'), 0, 9)
    other[30] = other[30]! ^ 1
    const bytes = Buffer.concat([other, block(Buffer.from('mine'), 0)])
    const found = await readAll(bytes, { wants: ({ sessionId }) => sessionId === 1 })
    expect(found).toMatchObject([{ kind: 'block', address: other.length }])
  })

  it('finds the next block far behind a damaged place, and blocks larger than its window', async () => {
    const hole = Buffer.alloc(9_000_000)
    const large = block(Buffer.alloc(6_000_000, 7), 1)
    const bytes = Buffer.concat([block(Buffer.from('first'), 0), hole, large])
    expect(await readAll(bytes)).toMatchObject([
      { kind: 'block', address: 0 },
      { kind: 'damage', from: 29, to: 29 + hole.length, reason: 'no-block' },
      { kind: 'block', address: 29 + hole.length, header: { sizeBytes: large.length } },
    ])
  })
})

describe('findSoundEnd', () => {
  it('is behind the last whole block', async () => {
    const whole = Buffer.concat([0, 1, 2].map((n) => block(Buffer.from('abc'), n)))
    const bytes = Buffer.concat([whole, block(Buffer.from('torn'), 3).subarray(0, -2)])
    expect(await findSoundEnd(sourceOf(bytes), 27, bytes.length)).toEqual({
      endBytes: whole.length,
      blocks: 2,
    })
    expect(await findSoundEnd(sourceOf(bytes), whole.length, bytes.length)).toEqual({
      endBytes: whole.length,
      blocks: 0,
    })
  })
})
