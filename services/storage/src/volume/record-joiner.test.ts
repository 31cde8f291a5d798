import { encodeRecords, RecordCursor, STREAM, type VolumeRecord } from '@coffer/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBlockHeader } from './block.ts'
import { BlockBuilder, BlockSource, type SealedBlock } from './block-builder.ts'
import { ALL_RECORDS, type Joined, RecordJoiner } from './record-joiner.ts'

const session = { sessionId: 1, sessionTime: 2 }

/** Files as a file daemon sends them: attributes, data, digest; FileIndexes ascending from 1. */
const files = fc
  .array(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), { maxLength: 12 })
  .map((contents) =>
    contents.flatMap((parts, position): VolumeRecord[] => {
      const fileIndex = position + 1
      return [
        { fileIndex, stream: STREAM.unixAttributes, data: Buffer.from(`${fileIndex} 3 /f`) },
        ...parts.map((part) => ({
          fileIndex,
          stream: STREAM.fileData,
          data: Buffer.from(part),
        })),
        { fileIndex, stream: STREAM.md5, data: Buffer.alloc(16, fileIndex) },
      ]
    }),
  )
const capacity = fc.integer({ min: 64, max: 600 })

function buildBlocks(records: readonly VolumeRecord[], blockBytes: number): SealedBlock[] {
  const builder = new BlockBuilder(session)
  const blocks: SealedBlock[] = []
  builder.begin(Buffer.alloc(blockBytes))
  // Batches of three records, so that blocks and batches never coincide for long.
  for (let at = 0; at < records.length; at += 3) {
    const source = new BlockSource(new RecordCursor(encodeRecords(records.slice(at, at + 3))))
    while (!builder.fill(source)) {
      blocks.push(builder.seal())
      builder.begin(Buffer.alloc(blockBytes))
    }
  }
  if (!builder.isEmpty) blocks.push(builder.seal())
  return blocks
}

function joinBlocks(blocks: readonly SealedBlock[], joiner = new RecordJoiner()): Joined[] {
  const joined = blocks.flatMap((block) => joiner.accept(block.bytes, block.number))
  return [...joined, ...joiner.finish()]
}

function recordsIn(joined: readonly Joined[]): VolumeRecord[] {
  return joined.flatMap((one) =>
    one.kind === 'record'
      ? [{ fileIndex: one.fileIndex, stream: one.stream, data: Buffer.from(one.data) }]
      : [],
  )
}

describe('blocks and records', () => {
  it('give back every record whatever the block size', () => {
    fc.assert(
      fc.property(files, capacity, (records, blockBytes) => {
        const blocks = buildBlocks(records, blockBytes)
        const joined = joinBlocks(blocks)
        expect(joined.every((one) => one.kind === 'record')).toBe(true)
        expect(recordsIn(joined)).toEqual(records)
        blocks.forEach((block, number) => {
          expect(block.bytes.length).toBeLessThanOrEqual(blockBytes)
          expect(readBlockHeader(block.bytes)).toMatchObject({ ...session, number })
        })
      }),
    )
  })

  it('know the files and the bytes of each block', () => {
    fc.assert(
      fc.property(files, capacity, (records, blockBytes) => {
        const blocks = buildBlocks(records, blockBytes)
        const total = records.reduce((sum, { data }) => sum + data.length, 0)
        expect(blocks.reduce((sum, block) => sum + block.dataBytes, 0)).toBe(total)
        expect(blocks[0]?.firstIndex).toBe(records[0]?.fileIndex)
        expect(blocks.at(-1)?.lastIndex).toBe(records.at(-1)?.fileIndex)
      }),
    )
  })

  it('deliver every file whole or name it, whichever blocks are lost', () => {
    const lost = fc.array(fc.nat(30), { maxLength: 5 })
    fc.assert(
      fc.property(files, capacity, lost, (records, blockBytes, lostNumbers) => {
        const blocks = buildBlocks(records, blockBytes)
        const joiner = new RecordJoiner()
        const joined: Joined[] = []
        for (const block of blocks) {
          if (lostNumbers.includes(block.number)) joiner.noteDamage()
          else joined.push(...recordsKept(joiner.accept(block.bytes, block.number)))
        }
        joined.push(...joiner.finish())
        const named = problemsIn(joined)
        const lastSeen = Math.max(0, ...recordsIn(joined).map(({ fileIndex }) => fileIndex))
        for (const { fileIndex } of records) {
          const isNamed = named.some(
            (one) => fileIndex >= one.fromIndex && fileIndex <= one.toIndex,
          )
          // What comes after the last block that was read is known to the end-of-session label only.
          const isBehind = fileIndex >= lastSeen && lostNumbers.some((n) => n >= blocks.length - 1)
          if (isNamed || isBehind) continue
          const got = recordsIn(joined).filter((one) => one.fileIndex === fileIndex)
          const isLostHead = got.length === 0 && fileIndex < (firstSeen(joined) ?? Infinity)
          if (isLostHead) continue
          expect(got).toEqual(records.filter((one) => one.fileIndex === fileIndex))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never deliver a record of which a part is missing', () => {
    const records = [
      { fileIndex: 1, stream: STREAM.unixAttributes, data: Buffer.from('1 3 /a') },
      { fileIndex: 1, stream: STREAM.fileData, data: Buffer.alloc(500, 1) },
      { fileIndex: 1, stream: STREAM.md5, data: Buffer.alloc(16) },
      { fileIndex: 2, stream: STREAM.unixAttributes, data: Buffer.from('2 3 /b') },
    ]
    const [first, , ...rest] = buildBlocks(records, 200)
    const joined = joinBlocks([first!, ...rest])
    expect(joined).toEqual([
      { kind: 'record', ...records[0] },
      { kind: 'problem', fromIndex: 1, toIndex: 1, reason: 'block-missing' },
      { kind: 'record', ...records[3] },
    ])
    expect(joinBlocks([first!])).toEqual([
      { kind: 'record', ...records[0] },
      { kind: 'problem', fromIndex: 1, toIndex: 1, reason: 'rest-missing' },
    ])
  })

  it('join a record across blocks that others have numbered anew', () => {
    const records = [
      { fileIndex: 1, stream: STREAM.unixAttributes, data: Buffer.from('1 3 /a') },
      { fileIndex: 1, stream: STREAM.fileData, data: Buffer.alloc(500, 1) },
    ]
    const joiner = new RecordJoiner()
    const joined = buildBlocks(records, 200).flatMap(({ bytes, number }) =>
      joiner.accept(bytes, number * 7),
    )
    expect(recordsIn([...joined, ...joiner.finish()])).toEqual(records)
  })

  it('say nothing of files that nobody asked for', () => {
    const records = [
      { fileIndex: 1, stream: STREAM.fileData, data: Buffer.alloc(500, 1) },
      { fileIndex: 2, stream: STREAM.unixAttributes, data: Buffer.from('2 3 /b') },
    ]
    const blocks = buildBlocks(records, 200)
    const filter = { ...ALL_RECORDS, wants: (fileIndex: number) => fileIndex === 2 }
    const joined = joinBlocks(blocks.slice(1), new RecordJoiner(filter))
    expect(joined).toEqual([{ kind: 'record', ...records[1] }])
  })

  it('survive any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 24, maxLength: 200 })), (blocks) => {
        const joiner = new RecordJoiner()
        blocks.forEach((block, number) => joiner.accept(Buffer.from(block), number))
        joiner.finish()
      }),
    )
  })
})

// Views into a block are only good until the next one.
function recordsKept(joined: readonly Joined[]): Joined[] {
  return joined.map((one) =>
    one.kind === 'record' ? { ...one, data: Buffer.from(one.data) } : one,
  )
}

function problemsIn(joined: readonly Joined[]): Extract<Joined, { kind: 'problem' }>[] {
  return joined.filter((one) => one.kind === 'problem')
}

function firstSeen(joined: readonly Joined[]): number | undefined {
  return recordsIn(joined)[0]?.fileIndex
}
