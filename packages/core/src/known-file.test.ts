import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CofferError } from './errors.ts'
import { knownFileBytes, readKnownFile, sizeOfKnownFile, writeKnownFile } from './known-file.ts'

const known = fc.record({
  path: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
  lstat: fc.string({ unit: 'binary-ascii', maxLength: 400 }),
  digest: fc.string({ unit: 'binary-ascii', maxLength: 90 }),
  deltaSeq: fc.integer({ min: 0, max: 65_535 }),
})

describe('entries of a list of known files', () => {
  it('are read as they were written, one behind the other', () => {
    fc.assert(
      fc.property(fc.array(known, { maxLength: 5 }), (files) => {
        const bytes = new Uint8Array(files.reduce((sum, file) => sum + knownFileBytes(file), 0))
        let at = 0
        for (const file of files) at = writeKnownFile(file, bytes, at)
        expect(at).toBe(bytes.length)
        at = 0
        for (const file of files) {
          expect(readKnownFile(bytes, at)).toEqual(file)
          at += sizeOfKnownFile(bytes, at)
        }
      }),
    )
  })

  it('that are none end in an error of ours and never in a loop', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(readKnownFile(bytes, 0).path.length).toBeLessThanOrEqual(bytes.length)
          expect(sizeOfKnownFile(bytes, 0)).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
        }
      }),
    )
  })
})
