import { CofferError, STREAM } from '@coffer/core'
import { makeCertifiedKey } from '@coffer/test-kit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacker } from '../compress/data-codec.ts'
import { EncryptedContent } from '../restore/encrypted-content.ts'
import { cipherNamed } from './cipher.ts'
import { KeyRing } from './key-ring.ts'
import { readPemKeys } from './pem-keys.ts'
import { Protection } from './protection.ts'
import { createOpener, createSealer, type SealingKey } from './sealed-data.ts'
import { decodeSessionData, encodeSessionData } from './session-data.ts'
import { decodeSignatures, encodeSignature } from './signature-data.ts'

const CHAIN = ['aes128', 'aes192', 'aes256', 'camellia128', 'camellia192', 'camellia256', '3des']
const owner = makeCertifiedKey('owner')
const master = makeCertifiedKey('master', false)
const pem = (text: string) => ({ name: 'test.pem', text })
const PATH = Buffer.from('/etc/secret')

function keyFor(name: string): SealingKey {
  const cipher = cipherNamed(name)
  return {
    cipher,
    key: Buffer.alloc(cipher.keyBytes, 7),
    iv: Buffer.alloc(cipher.ivBytes, 9),
    path: PATH,
  }
}

function seal(key: SealingKey, parts: readonly Uint8Array[]): Buffer[] {
  const sealer = createSealer(key, undefined)
  const records = parts.map((part) => {
    const window = Buffer.alloc(sealer.bound(part.length))
    return window.subarray(0, sealer.pack(part, window))
  })
  return [...records, sealer.finish()].filter((record) => record.length > 0)
}

function open(key: SealingKey, records: readonly Uint8Array[]): Buffer[] {
  const packets: Buffer[] = []
  const opener = createOpener(key)
  const take = (packet: Buffer) => packets.push(Buffer.from(packet))
  for (const record of records) opener.accept(Buffer.from(record), take)
  opener.finish(take)
  return packets
}

const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 })

describe('encrypted data', () => {
  it.each([...CHAIN, 'aes256gcm'])('comes back record by record: %s', (name) => {
    fc.assert(
      fc.property(parts, (plain) => {
        const key = keyFor(name)
        expect(open(key, seal(key, plain))).toEqual(plain.map((part) => Buffer.from(part)))
      }),
      { numRuns: 50 },
    )
  })

  it.each(['aes256', 'aes256gcm'])('never hangs or breaks on garbage: %s', (name) => {
    fc.assert(
      fc.property(parts, (records) => {
        try {
          open(keyFor(name), records)
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
        }
      }),
    )
  })

  it('tells any change of a sealed record, its place and its file', () => {
    const key = keyFor('aes256gcm')
    const plain = [Buffer.from('first'), Buffer.from('second'), Buffer.from('third')]
    const sealed = seal(key, plain)
    fc.assert(
      fc.property(fc.nat(sealed[0]!.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed[0]!)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        expect(() => open(key, [changed, ...sealed.slice(1)])).toThrow('was changed')
      }),
    )
    expect(() => open(key, [sealed[1]!, sealed[0]!, sealed[2]!])).toThrow('was changed')
    expect(() => open(key, sealed.slice(1))).toThrow('was changed')
    expect(() => open({ ...key, path: Buffer.from('/etc/other') }, sealed)).toThrow('was changed')
  })

  it('tells a chain that is cut off', () => {
    const key = keyFor('aes256')
    const sealed = seal(key, [Buffer.alloc(1000, 'a')])
    expect(() => open(key, sealed.slice(0, -1))).toThrow('its end is missing')
    expect(() => open(key, [sealed[0]!.subarray(0, 512), sealed[1]!])).toThrow(CofferError)
  })

  it.each(['aes256', 'aes256gcm'])('holds compressed records: %s', (name) => {
    const key = keyFor(name)
    const plain = Buffer.from('so much of the same '.repeat(5000))
    const sealer = createSealer(key, createPacker('LZ4', 1))
    const window = Buffer.alloc(sealer.bound(plain.length))
    const record = window.subarray(0, sealer.pack(plain, window))
    expect(record.length).toBeLessThan(plain.length / 10)
    const out: Buffer[] = []
    const content = new EncryptedContent(createOpener(key), ({ bytes }) =>
      out.push(Buffer.from(bytes)),
    )
    content.accept(STREAM.encryptedCompressedData, record)
    const last = sealer.finish()
    if (last.length > 0) content.accept(STREAM.encryptedCompressedData, last)
    content.finish()
    expect(Buffer.concat(out).equals(plain)).toBe(true)
  })
})

describe('records of keys and signatures', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value))
  const recipient = fc.record({
    keyId: bytes,
    wrapping: fc.constant('1.2.840.113549.1.1.1'),
    wrappedKey: bytes,
  })

  it('are read as they were written', () => {
    fc.assert(
      fc.property(bytes, fc.array(recipient, { maxLength: 5 }), (iv, recipients) => {
        const data = { cipher: '2.16.840.1.101.3.4.1.42', iv, recipients }
        expect(decodeSessionData(encodeSessionData(data))).toEqual(data)
      }),
    )
    fc.assert(
      fc.property(bytes, bytes, (keyId, signature) => {
        const data = { keyId, digest: 'SHA256', signature } as const
        expect(decodeSignatures(encodeSignature(data))).toEqual([data])
      }),
    )
  })

  it('are damaged or read, never anything else', () => {
    const whole = encodeSessionData({ cipher: '1.2.3', iv: PATH, recipients: [] })
    const mangled = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, value]) => {
      const copy = Buffer.from(whole)
      copy[at] = value
      return copy
    })
    fc.assert(
      fc.property(fc.oneof(bytes, mangled), (record) => {
        for (const decode of [decodeSessionData, decodeSignatures]) {
          try {
            decode(record)
          } catch (error) {
            expect(error).toMatchObject({ code: 'payload-damaged' })
          }
        }
      }),
    )
  })
})

describe('keys', () => {
  const source = {
    keyPair: pem(owner.pairPem),
    masterKeys: [pem(master.certificatePem)],
    encrypt: true,
  }
  const ring = (...texts: string[]) =>
    new KeyRing({ sources: texts.map(pem), expectsSignatures: true })

  it.each(['aes128', 'aes256gcm'])('of the client and of the master open a file: %s', (cipher) => {
    const { sessionData, sealer } = new Protection({ ...source, cipher }).seal(PATH, undefined)
    const window = Buffer.alloc(sealer.bound(6))
    const records = [
      window.subarray(0, sealer.pack(Buffer.from('secret'), window)),
      sealer.finish(),
    ]
    for (const text of [owner.pairPem, master.keyPem, master.pairPem]) {
      const out: Buffer[] = []
      const opener = ring(text).open(sessionData, PATH)
      const take = (packet: Buffer) => out.push(Buffer.from(packet))
      for (const record of records) if (record.length > 0) opener.accept(record, take)
      opener.finish(take)
      expect(Buffer.concat(out).toString()).toBe('secret')
    }
    for (const text of [makeCertifiedKey('other').pairPem, owner.certificatePem]) {
      expect(() => ring(text).open(sessionData, PATH)).toThrow(
        /is encrypted, and the key \w+ or \w+ is not here/,
      )
    }
  })

  it('never give two files the same key', () => {
    const protection = new Protection({ ...source, cipher: 'aes256' })
    const first = decodeSessionData(protection.seal(PATH, undefined).sessionData)
    const second = decodeSessionData(protection.seal(PATH, undefined).sessionData)
    expect(first.iv).not.toEqual(second.iv)
    expect(first.recipients[0]).not.toEqual(second.recipients[0])
  })

  it('sign what they are given, and nothing else', () => {
    const value = Buffer.alloc(32, 1)
    const record = new Protection({ ...source, cipher: 'aes256' }).sign(value)
    expect(ring(owner.certificatePem).verify(record, () => value)).toBe('good')
    expect(ring(owner.certificatePem).verify(record, () => Buffer.alloc(32, 2))).toBe('bad')
    expect(ring(master.certificatePem).verify(record, () => value)).toHaveProperty('unknown')
  })

  it.each([
    ['no PEM', 'hello', 'neither a certificate nor a key'],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'cannot be read',
    ],
    ['a certificate alone', owner.certificatePem, 'holds no private key'],
    ['a key alone', owner.keyPem, 'holds no certificate of its key'],
  ])('that cannot be used are refused with the reason: %s', (_what, text, why) => {
    const wrong = { ...source, keyPair: pem(text), cipher: 'aes128' }
    expect(() => new Protection(wrong)).toThrow(why)
  })

  it('are known by the identifier of their certificate, or by their hash', () => {
    const [pair] = readPemKeys(pem(owner.pairPem))
    const [certificate] = readPemKeys(pem(owner.certificatePem))
    expect(pair?.id).toEqual(certificate?.id)
    const [bare] = readPemKeys(pem(master.keyPem))
    const [plain] = readPemKeys(pem(master.certificatePem))
    expect(bare?.id).toEqual(plain?.id)
  })

  it('refuses ciphers that it cannot write', () => {
    expect(() => cipherNamed('blowfish')).toThrow('use aes128, aes192, aes256')
  })
})
