import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutputTail } from './output-tail.ts'

describe('OutputTail', () => {
  it('keeps the last bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat(50), (chunks, limit) => {
        const tail = new OutputTail(limit)
        for (const chunk of chunks) tail.push(Buffer.from(chunk))
        const all = Buffer.concat(chunks)
        expect(tail.bytes().equals(all.subarray(Math.max(0, all.length - limit)))).toBe(true)
        expect(tail.truncated).toBe(all.length > limit)
      }),
    )
  })
})
