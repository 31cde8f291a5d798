import { createDecipheriv, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NSCA_METHODS, type NscaEncoding, nscaPacket, type NscaResult } from './nsca-packet.ts'

const RESULT: NscaResult = { host: 'h', service: 's', exitCode: 2, output: 'text' }
const TIME = 1_795_000_000

function makeInit(): Buffer {
  const init = randomBytes(132)
  init.writeUInt32BE(TIME, 128)
  return init
}

/** What an NSCA daemon does with a packet, written from the format's description alone. */
function decode(packet: Buffer, init: Buffer, { method, password }: NscaEncoding) {
  const plain = decrypt(packet, init, method, Buffer.from(password))
  const checksum = plain.readUInt32BE(4)
  plain.writeUInt32BE(0, 4)
  return {
    version: plain.readInt16BE(0),
    isSound: checksum === crc32(plain),
    time: plain.readUInt32BE(8),
    exitCode: plain.readInt16BE(12),
    host: untilNul(plain.subarray(14, 78)),
    service: untilNul(plain.subarray(78, 206)),
    output: untilNul(plain.subarray(206, -2)),
  }
}

function decrypt(packet: Buffer, init: Buffer, method: number, password: Buffer): Buffer {
  if (method === 0) return Buffer.from(packet)
  if (method === 1) {
    const key = password.length === 0 ? Buffer.alloc(1) : password
    return Buffer.from(
      packet.map((byte, i) => byte ^ (init[i % 128] ?? 0) ^ (key[i % key.length] ?? 0)),
    )
  }
  const key = Buffer.alloc(method === 14 ? 32 : method === 3 ? 24 : 8)
  password.copy(key)
  const name = method === 14 ? 'aes-256-cfb8' : 'des-ede3-cfb8'
  const whole = method === 2 ? Buffer.concat([key, key, key]) : key
  return createDecipheriv(name, whole, init.subarray(0, method === 14 ? 16 : 8)).update(packet)
}

function untilNul(field: Buffer): string {
  const end = field.indexOf(0)
  expect(end).toBeGreaterThanOrEqual(0)
  return field.subarray(0, end).toString()
}

const encodings = fc.record({
  method: fc.constantFrom(...Object.values(NSCA_METHODS)),
  password: fc.string({ maxLength: 40 }),
  outputBytes: fc.constantFrom(512 as const, 4096 as const),
})

test('whatever is sent arrives', () => {
  const plain = fc.string({ maxLength: 60 }).filter((text) => !/[\0\\\n]/u.test(text))
  const results = fc.record({
    host: plain,
    service: plain,
    exitCode: fc.integer({ min: 0, max: 3 }),
    output: plain,
  })
  fc.assert(
    fc.property(results, encodings, (result, encoding) => {
      const init = makeInit()
      const packet = nscaPacket(init, result, encoding)
      expect(packet.length).toBe(encoding.outputBytes === 512 ? 720 : 4304)
      const sound = { version: 3, isSound: true, time: TIME, ...result }
      expect(decode(packet, init, encoding)).toEqual(sound)
    }),
  )
})

test('what is too long is cut between characters, line breaks and backslashes are escaped', () => {
  const encoding = { method: NSCA_METHODS.aes, password: 'p', outputBytes: 512 } as const
  const init = makeInit()
  const long = { ...RESULT, host: 'ü'.repeat(40), output: `a\nb\\c${'x'.repeat(600)}` }
  const { host, output } = decode(nscaPacket(init, long, encoding), init, encoding)
  expect(host).toBe('ü'.repeat(31))
  expect(output).toBe(`a\\nb\\\\c${'x'.repeat(511 - 7)}`)
})

test('the rest of a field shows nothing of memory or of the last packet', () => {
  const encoding = { method: NSCA_METHODS.none, password: '', outputBytes: 4096 } as const
  const init = makeInit()
  const [one, two] = [nscaPacket(init, RESULT, encoding), nscaPacket(init, RESULT, encoding)]
  expect(one.equals(two)).toBe(false)
})
