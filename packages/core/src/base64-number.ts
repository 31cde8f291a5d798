// Integers as Bareos spells them in LStat and Catalog texts: digits of base 64, most significant first, no padding.
// Alphabet A-Z a-z 0-9 + /; zero is "A", 64 is "BA", a minus sign goes before. Source: the Bareos Volume format.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CODES = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0))
const VALUES = new Map(Array.from(CODES, (code, value) => [code, value]))
/** Five digits. */
const INT_LIMIT = 2 ** 30
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const MINUS = 0x2d
const MAX_DIGITS = 12

/** The text of an integer. A bigint keeps all of its 64 bits; a number must be a safe integer. */
export function encodeBase64Number(value: number | bigint): string {
  const bytes = new Uint8Array(MAX_DIGITS)
  return String.fromCharCode(...bytes.subarray(0, writeBase64Number(value, bytes, 0)))
}

/** Writes that text at `from`, where 12 bytes must be free; returns the position behind it. */
export function writeBase64Number(value: number | bigint, into: Uint8Array, from: number): number {
  if (typeof value === 'bigint') {
    return value > MAX_SAFE || value < -MAX_SAFE
      ? writeBig(value, into, from)
      : writeBase64Number(Number(value), into, from)
  }
  if (value < 0) {
    into[from] = MINUS
    return writeBase64Number(-value, into, from + 1)
  }
  return value < INT_LIMIT ? writeInt(value, into, from) : writeLong(value, into, from)
}

function writeInt(value: number, into: Uint8Array, from: number): number {
  const end = from + (value < 64 ? 1 : Math.floor((37 - Math.clz32(value)) / 6))
  let rest = value
  for (let at = end - 1; at >= from; at--) {
    into[at] = CODES[rest & 63]!
    rest >>>= 6
  }
  return end
}

function writeLong(value: number, into: Uint8Array, from: number): number {
  const high = Math.floor(value / INT_LIMIT)
  const at = writeBase64Number(high, into, from)
  let low = value - high * INT_LIMIT
  for (let digit = at + 4; digit >= at; digit--) {
    into[digit] = CODES[low & 63]!
    low >>>= 6
  }
  return at + 5
}

/** The integer of a text, or undefined when it is none. Beyond 2^53 the nearest number. */
export function decodeBase64Number(text: string): number | undefined {
  const negative = text.charCodeAt(0) === MINUS
  const from = negative ? 1 : 0
  if (text.length === from || text.length > MAX_DIGITS) return undefined
  let value = 0
  for (let i = from; i < text.length; i++) {
    const digit = VALUES.get(text.charCodeAt(i))
    if (digit === undefined) return undefined
    value = value * 64 + digit
  }
  return negative && value !== 0 ? -value : value
}

/** The integer of a text with all of its bits, or undefined when it is none. */
export function decodeBase64BigInt(text: string): bigint | undefined {
  const near = decodeBase64Number(text)
  if (near === undefined || Number.isSafeInteger(near))
    return near === undefined ? near : BigInt(near)
  const negative = near < 0
  let value = 0n
  for (let i = negative ? 1 : 0; i < text.length; i++) {
    value = value * 64n + BigInt(VALUES.get(text.charCodeAt(i)) ?? 0)
  }
  return negative ? -value : value
}

function writeBig(value: bigint, into: Uint8Array, from: number): number {
  if (value < 0n) {
    into[from] = MINUS
    return writeBig(-value, into, from + 1)
  }
  const at = writeBase64Number(value >> 30n, into, from)
  let low = Number(value & 0x3fffffffn)
  for (let digit = at + 4; digit >= at; digit--) {
    into[digit] = CODES[low & 63]!
    low >>>= 6
  }
  return at + 5
}
