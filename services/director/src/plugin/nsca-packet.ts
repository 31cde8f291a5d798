// NSCA version 3 on the wire: one packet each way. Sources: the exchange of Debian's nsca and send_nsca 2.10.2, taken
// down and checked in both directions; test/peers holds us to it.
//
//   server  0 initialisation vector [128] | 128 uint32be its time
//   client  0 int16be 3 | 2 pad [2] | 4 uint32be CRC-32 of the whole packet with this field 0 | 8 uint32be server's time
//           12 int16be return code | 14 host [64] | 78 service [128] | 206 output [512 or 4096] | pad [2]
import { createCipheriv, randomFillSync } from 'node:crypto'
import { crc32 } from 'node:zlib'

export const INIT_BYTES = 132

export interface NscaResult {
  readonly host: string
  readonly service: string
  readonly exitCode: number
  readonly output: string
}

export interface NscaEncoding {
  readonly method: NscaMethod
  readonly password: string
  /** 512 up to NSCA 2.7, 4096 later; daemons since 2.9 take both. */
  readonly outputBytes: 512 | 4096
}

/** Methods of `encryption_method` that can be done, by number. */
export const NSCA_METHODS = { none: 0, xor: 1, des: 2, tripleDes: 3, aes: 14 } as const
export type NscaMethod = (typeof NSCA_METHODS)[keyof typeof NSCA_METHODS]

const IV_BYTES = 128
const VERSION = 3
const HEAD_BYTES = 206
const TAIL_PADDING_BYTES = 2

/** The encrypted packet that answers a server's first one. */
export function nscaPacket(init: Buffer, result: NscaResult, encoding: NscaEncoding): Buffer {
  const packet = randomFillSync(
    Buffer.alloc(HEAD_BYTES + encoding.outputBytes + TAIL_PADDING_BYTES),
  )
  packet.writeInt16BE(VERSION, 0)
  packet.writeUInt32BE(0, 4)
  packet.writeUInt32BE(init.readUInt32BE(IV_BYTES), 8)
  packet.writeInt16BE(result.exitCode, 12)
  writeText(packet.subarray(14, 78), result.host)
  writeText(packet.subarray(78, HEAD_BYTES), result.service)
  writeText(packet.subarray(HEAD_BYTES, -TAIL_PADDING_BYTES), escapeOutput(result.output))
  packet.writeUInt32BE(crc32(packet), 4)
  return encrypt(packet, init.subarray(0, IV_BYTES), encoding)
}

/** A line break would end the line that the daemon hands to Nagios. */
function escapeOutput(output: string): string {
  return output.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

/** The text and its NUL; what does not fit is cut between characters. The rest of the field stays random. */
function writeText(field: Buffer, text: string): void {
  const written = field.write(text, 0, field.length - 1)
  field[written] = 0
}

function encrypt(packet: Buffer, iv: Buffer, { method, password }: NscaEncoding): Buffer {
  if (method === NSCA_METHODS.none) return packet
  const key = Buffer.from(password)
  if (method === NSCA_METHODS.xor) return xor(xor(packet, iv), key)
  const { algorithm, keyBytes, ivBytes, repeated } = CIPHERS[method]
  const padded = Buffer.concat([key, Buffer.alloc(keyBytes)]).subarray(0, keyBytes)
  const whole = Buffer.concat(Array.from({ length: repeated }, () => padded))
  return createCipheriv(algorithm, whole, iv.subarray(0, ivBytes)).update(packet)
}

/** CFB with 8 bits of feedback. DES is triple DES with one key three times: OpenSSL keeps single DES apart. */
const CIPHERS = {
  2: { algorithm: 'des-ede3-cfb8', keyBytes: 8, ivBytes: 8, repeated: 3 },
  3: { algorithm: 'des-ede3-cfb8', keyBytes: 24, ivBytes: 8, repeated: 1 },
  14: { algorithm: 'aes-256-cfb8', keyBytes: 32, ivBytes: 16, repeated: 1 },
} as const

function xor(bytes: Buffer, key: Buffer): Buffer {
  if (key.length === 0) return bytes
  return Buffer.from(bytes.map((byte, index) => byte ^ (key[index % key.length] ?? 0)))
}
