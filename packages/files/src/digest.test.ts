import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDigest } from './digest.ts'

/** Digest records that Bareos wrote for a file holding "hello" and a line feed, and for an empty one. */
const REAL = [
  ['MD5', 'b1946ac92492d2347c6235b4d2611184', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['XXH128', '6bba86c7e069f56d5a10b435f1c8e49c', '99aa06d3014798d86001c324468d497f'],
  [
    'SHA256',
    '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ],
] as const

describe('digest', () => {
  it.each(REAL)('%s is what Bareos stores', (name, hello, empty) => {
    const digest = createDigest(name)
    digest.update(Buffer.from('hel'))
    digest.update(Buffer.from('lo\n'))
    expect(digest.finish().toString('hex')).toBe(hello)
    expect(createDigest(name).finish().toString('hex')).toBe(empty)
  })

  it('keeps several files apart that are read in turns', () => {
    const part = fc.record({ file: fc.nat(3), bytes: fc.uint8Array({ maxLength: 300 }) })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const inTurns = [0, 1, 2, 3].map(() => createDigest('XXH128'))
        for (const { file, bytes } of parts) inTurns[file]?.update(bytes)
        const values = inTurns.map((digest) => digest.finish().toString('hex'))
        const alone = [0, 1, 2, 3].map((file) => {
          const digest = createDigest('XXH128')
          digest.update(Buffer.concat(parts.filter((p) => p.file === file).map((p) => p.bytes)))
          return digest.finish().toString('hex')
        })
        expect(values).toEqual(alone)
      }),
    )
  })
})
