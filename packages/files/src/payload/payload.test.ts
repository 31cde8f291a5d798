import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CofferError } from '@coffer/core'
import { decodeAcl, encodeAcl } from './acl-text.ts'
import { decodeXattrs, encodeXattrs } from './xattr-list.ts'

const nobody = { userId: () => undefined, groupId: () => undefined }

function onlyCofferErrors(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(CofferError)
  }
}

describe('extended attributes', () => {
  it('are the bytes that Bareos writes', () => {
    const list = [
      { name: Buffer.from('user.one'), value: Buffer.from('value1') },
      { name: Buffer.from('user.bin'), value: Buffer.from([0, 255, 16]) },
    ]
    expect(encodeXattrs(list).toString('hex')).toBe(
      '005c588400000008757365722e6f6e650000000676616c756531' +
        '005c588400000008757365722e62696e0000000300ff10',
    )
  })

  it('come back as they were', () => {
    const xattr = fc.record({
      name: fc.uint8Array({ minLength: 1, maxLength: 255 }),
      value: fc.uint8Array({ maxLength: 600 }),
    })
    fc.assert(
      fc.property(fc.array(xattr, { maxLength: 8 }), (list) => {
        const read = decodeXattrs(encodeXattrs(list))
        expect(read.map((x) => [[...x.name], [...x.value]])).toEqual(
          list.map((x) => [[...x.name], [...x.value]]),
        )
      }),
    )
  })

  it('made of garbage are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        onlyCofferErrors(() => decodeXattrs(bytes))
      }),
    )
    expect(() => decodeXattrs(Buffer.from('005c5884000000ff6100000000', 'hex'))).toThrow('cut off')
  })
})

describe('access control lists', () => {
  const ACCESS =
    '0200000001000600ffffffff02000500e903000004000400ffffffff08000200d207000010000700ffffffff20000400ffffffff'
  const TEXT = 'user::rw-\nuser:1001:r-x\ngroup::r--\ngroup:2002:-w-\nmask::rwx\nother::r--\n\0'

  it('are the text that Bareos writes', () => {
    expect(encodeAcl(Buffer.from(ACCESS, 'hex')).toString()).toBe(TEXT)
    expect(decodeAcl(Buffer.from(TEXT), nobody).toString('hex')).toBe(ACCESS)
  })

  it('may name accounts, be short, carry remarks and come in any order', () => {
    const ids = {
      userId: (name: string) => (name === 'ann' ? 1001 : undefined),
      groupId: (name: string) => (name === 'staff' ? 2002 : undefined),
    }
    const text = 'o::r\nm::rwx\t#effective:rwx\ng:staff:w\ng::r--\nu:ann:r-x\nu::rw-'
    expect(decodeAcl(Buffer.from(text), ids).toString('hex')).toBe(ACCESS)
    expect(() => decodeAcl(Buffer.from(text), nobody)).toThrow('nobody here is called "staff"')
  })

  it('come back as they were', () => {
    const id = fc.integer({ min: 0, max: 0xfffffffe })
    const entry = fc.record({ tag: fc.constantFrom(2, 8), bits: fc.nat(7), id })
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: (e) => `${e.tag} ${e.id}` }), (named) => {
        const all = [
          { tag: 1, bits: 7, id: 0xffffffff },
          { tag: 4, bits: 5, id: 0xffffffff },
          { tag: 16, bits: 7, id: 0xffffffff },
          { tag: 32, bits: 0, id: 0xffffffff },
          ...named,
        ].sort((a, b) => a.tag - b.tag || a.id - b.id)
        const bytes = Buffer.alloc(4 + 8 * all.length)
        bytes.writeUInt32LE(2, 0)
        all.forEach((e, i) => {
          bytes.writeUInt16LE(e.tag, 4 + 8 * i)
          bytes.writeUInt16LE(e.bits, 6 + 8 * i)
          bytes.writeUInt32LE(e.id, 8 + 8 * i)
        })
        expect(decodeAcl(encodeAcl(bytes), nobody).toString('hex')).toBe(bytes.toString('hex'))
      }),
    )
  })

  it('made of garbage are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        onlyCofferErrors(() => encodeAcl(bytes))
        onlyCofferErrors(() => decodeAcl(bytes, nobody))
      }),
    )
  })
})
