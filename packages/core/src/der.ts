// DER (X.690): just enough of it to write a self-signed certificate and to read certificates and what is signed or sealed.

export const DER_TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Tag of the context-specific field `number`: constructed ([0] EXPLICIT and the like) or primitive. */
export function contextTag(number: number, form: 'constructed' | 'primitive'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number
}

/** One value: tag, length in its shortest form, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(body.length)]), body])
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

/** An INTEGER that is not negative, from its big-endian bytes. */
export function derUnsigned(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const shortest = first < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first))
  const signBit = (shortest[0] ?? 0) >= 0x80
  return der(DER_TAG.integer, signBit ? Buffer.concat([Buffer.from([0]), shortest]) : shortest)
}

/** "1.2.840.10045.4.3.2" */
export function derObjectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [40 * first + second, ...rest].flatMap(base128)
  return der(DER_TAG.objectIdentifier, Buffer.from(bytes))
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) | 0x80)
  }
  return bytes
}

/** Whole bytes, no bit unused. */
export function derBitString(bytes: Uint8Array): Buffer {
  return der(DER_TAG.bitString, Buffer.from([0]), bytes)
}

/** A moment as X.509 wants it (RFC 5280, 4.1.2.5): UTCTime through 2049, GeneralizedTime from 2050. */
export function derTime(timeMs: number): Buffer {
  const text = new Date(timeMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)
  return text < '2050'
    ? der(DER_TAG.utcTime, Buffer.from(`${text.slice(2)}Z`, 'latin1'))
    : der(DER_TAG.generalizedTime, Buffer.from(`${text}Z`, 'latin1'))
}

export interface DerValue {
  readonly tag: number
  readonly content: Buffer
}

/** The values that stand one after the other in `bytes`; undefined when they are not well-formed. */
export function readDer(bytes: Uint8Array): readonly DerValue[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values: DerValue[] = []
  for (let at = 0; at < buffer.length; ) {
    const header = readHeader(buffer, at)
    if (header === undefined || header.end > buffer.length) return undefined
    values.push({ tag: buffer[at] ?? 0, content: buffer.subarray(header.start, header.end) })
    at = header.end
  }
  return values
}

function readHeader(buffer: Buffer, at: number): { start: number; end: number } | undefined {
  const first = buffer[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const count = first & 0x7f
  if (count === 0 || count > 4 || at + 2 + count > buffer.length) return undefined
  const start = at + 2 + count
  return { start, end: start + buffer.readUIntBE(at + 2, count) }
}

/** The dotted form of the content of an OBJECT IDENTIFIER. */
export function readObjectIdentifier(content: Uint8Array): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(value)
      value = 0
    }
  }
  const [joined = 0, ...rest] = numbers
  const first = Math.min(2, Math.floor(joined / 40))
  return [first, joined - 40 * first, ...rest].join('.')
}
