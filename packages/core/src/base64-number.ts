// Integers as Bareos spells them in LStat and Catalog texts: digits of base 64, most significant first, no padding.
// Alphabet A-Z a-z 0-9 + /; zero is "A", 64 is "BA", a minus sign goes before. Source: the Bareos Volume format.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGITS = [...ALPHABET]
const VALUES = new Map(DIGITS.map((digit, value) => [digit.charCodeAt(0), value]))
const MINUS = 0x2d
const MAX_DIGITS = 12

/** The text of an integer. A bigint keeps all of its 64 bits; a number must be a safe integer. */
export function encodeBase64Number(value: number | bigint): string {
  if (typeof value === 'bigint') {
    return value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER)
      ? encodeBig(value)
      : encodeBase64Number(Number(value))
  }
  if (value < 0) return `-${encodeBase64Number(-value)}`
  if (value < 64) return DIGITS[value] ?? 'A'
  let rest = value
  let text = ''
  while (rest > 0) {
    const high = Math.floor(rest / 64)
    text = DIGITS[rest - high * 64]! + text
    rest = high
  }
  return text
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

function encodeBig(value: bigint): string {
  if (value < 0n) return `-${encodeBig(-value)}`
  let rest = value
  let text = ''
  while (rest > 0n) {
    text = DIGITS[Number(rest & 63n)]! + text
    rest >>= 6n
  }
  return text
}
