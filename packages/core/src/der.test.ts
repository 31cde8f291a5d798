import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DER_TAG,
  der,
  derBitString,
  derObjectIdentifier,
  derTime,
  derUnsigned,
  readDer,
  readObjectIdentifier,
} from './der.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('der', () => {
  it('writes lengths in their shortest form', () => {
    expect(hex(der(DER_TAG.octetString, Buffer.alloc(127)).subarray(0, 2))).toBe('047f')
    expect(hex(der(DER_TAG.octetString, Buffer.alloc(128)).subarray(0, 3))).toBe('048180')
    expect(hex(der(DER_TAG.octetString, Buffer.alloc(65536)).subarray(0, 5))).toBe('0483010000')
  })

  it('keeps an integer positive and without leading zeros', () => {
    expect(hex(derUnsigned(Buffer.from([0, 0, 0x7f])))).toBe('02017f')
    expect(hex(derUnsigned(Buffer.from([0x80])))).toBe('02020080')
    expect(hex(derUnsigned(Buffer.from([0])))).toBe('020100')
    expect(hex(derUnsigned(Buffer.from([])))).toBe('020100')
  })

  it('writes object identifiers', () => {
    expect(hex(derObjectIdentifier('1.2.840.113549.1.1.11'))).toBe('06092a864886f70d01010b')
    expect(hex(derObjectIdentifier('2.5.4.3'))).toBe('0603550403')
  })

  it('counts no unused bits', () => {
    expect(hex(derBitString(Buffer.from([0xff])))).toBe('030200ff')
  })

  it('writes a year from 2050 on as GeneralizedTime', () => {
    expect(derTime(Date.UTC(2049, 11, 31, 23, 59, 59)).toString('latin1')).toContain(
      '491231235959Z',
    )
    const late = derTime(Date.UTC(2050, 0, 1))
    expect(late[0]).toBe(DER_TAG.generalizedTime)
    expect(late.toString('latin1')).toContain('20500101000000Z')
  })
})

describe('readDer', () => {
  it('reads what der wrote', () => {
    const values = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 300 })),
    )
    fc.assert(
      fc.property(values, (written) => {
        const bytes = Buffer.concat(written.map(([tag, content]) => der(tag, content)))
        const read = readDer(bytes)?.map(({ tag, content }) => [tag, hex(content)])
        expect(read).toEqual(written.map(([tag, content]) => [tag, hex(content)]))
      }),
    )
  })

  it('says undefined of anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const values = readDer(bytes)
        const total = values?.reduce((sum, value) => sum + value.content.length, 0) ?? 0
        expect(total).toBeLessThanOrEqual(bytes.length)
      }),
    )
    expect(readDer(Buffer.from([0x04, 0x05, 1]))).toBeUndefined()
    expect(readDer(Buffer.from([0x04, 0x80]))).toBeUndefined()
    expect(readDer(Buffer.from([0x04]))).toBeUndefined()
  })

  it('reads object identifiers', () => {
    const tail = fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.nat(2), fc.nat(39), tail, (first, second, rest) => {
        const text = [first, second, ...rest].join('.')
        const content = readDer(derObjectIdentifier(text))?.[0]?.content ?? Buffer.alloc(0)
        expect(readObjectIdentifier(content)).toBe(text)
      }),
    )
  })
})
