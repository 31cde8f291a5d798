import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BLOCK_HEADER_BYTES,
  findBlockStart,
  isBlockSound,
  isSameSession,
  MAX_BLOCK_BYTES,
  readBlockHeader,
  sealBlock,
  sessionKeyText,
} from './block.ts'

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const identity = fc.record({ number: uint32, sessionId: uint32, sessionTime: uint32 })

function blockOf(
  data: Uint8Array,
  given: { number: number; sessionId: number; sessionTime: number },
): Buffer {
  const block = Buffer.concat([Buffer.alloc(BLOCK_HEADER_BYTES), data])
  sealBlock(block, given)
  return block
}

describe('block header', () => {
  it('comes back as it was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), identity, (data, given) => {
        const block = blockOf(data, given)
        expect(readBlockHeader(block)).toEqual({
          ...given,
          sizeBytes: block.length,
          checksum: block.readUInt32BE(0),
        })
        expect(isBlockSound(block)).toBe(true)
      }),
    )
  })

  it('shows any changed byte behind the checksum', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        identity,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (data, given, at, flip) => {
          const block = blockOf(data, given)
          const index = 4 + (at % (block.length - 4))
          block[index] = block[index]! ^ flip
          expect(isBlockSound(block)).toBe(false)
        },
      ),
    )
  })

  it('takes a block without checksum as sound', () => {
    const block = blockOf(Buffer.from('x'), { number: 1, sessionId: 1, sessionTime: 1 })
    block.writeUInt32BE(0, 0)
    expect(isBlockSound(block)).toBe(true)
  })

  it('is not found where none can be', () => {
    const block = blockOf(Buffer.from('x'), { number: 1, sessionId: 1, sessionTime: 1 })
    expect(readBlockHeader(block, 2)).toBeUndefined()
    expect(readBlockHeader(block.subarray(0, 23))).toBeUndefined()
    block.writeUInt32BE(BLOCK_HEADER_BYTES - 1, 4)
    expect(readBlockHeader(block)).toBeUndefined()
    block.writeUInt32BE(MAX_BLOCK_BYTES + 1, 4)
    expect(readBlockHeader(block)).toBeUndefined()
  })

  it('is found behind any garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), identity, (garbage, given) => {
        const bytes = Buffer.concat([garbage, blockOf(Buffer.from('data'), given)])
        const found: number[] = []
        for (let at = findBlockStart(bytes, 0); at >= 0; at = findBlockStart(bytes, at + 1)) {
          found.push(at)
        }
        expect(found).toContain(garbage.length)
      }),
    )
  })

  it('tells sessions apart by id and time', () => {
    const a = { sessionId: 1, sessionTime: 2 }
    expect(isSameSession(a, { ...a })).toBe(true)
    expect(isSameSession(a, { ...a, sessionId: 2 })).toBe(false)
    expect(isSameSession(a, { ...a, sessionTime: 3 })).toBe(false)
    expect(sessionKeyText(a)).not.toBe(sessionKeyText({ sessionId: 2, sessionTime: 1 }))
  })
})
