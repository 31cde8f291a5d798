// File names are bytes; we hold them as text without losing any. Valid UTF-8 is itself; every byte that is not part of
// valid UTF-8 becomes one lone surrogate U+DC80..U+DCFF (the "surrogateescape" of PEP 383), and back.

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
const encoder = new TextEncoder()
const REPLACEMENT = '\ufffd'
const LONE_SURROGATES = /[\ud800-\udfff]/u

/** Bytes of a name as text. Total, and undone exactly by `encodePath`. */
export function decodePath(bytes: Uint8Array): string {
  const text = decoder.decode(bytes)
  return text.includes(REPLACEMENT) ? decodeEscaping(bytes) : text
}

/** Text of a name as the bytes that `decodePath` read. A surrogate that it cannot have made becomes U+FFFD. */
export function encodePath(text: string): Uint8Array {
  return LONE_SURROGATES.test(text) ? encodeEscaped(text) : encoder.encode(text)
}

/** A name for people: what is not UTF-8 shows as U+FFFD. */
export function displayPath(text: string): string {
  return text.toWellFormed()
}

function decodeEscaping(bytes: Uint8Array): string {
  let text = ''
  let from = 0
  while (from < bytes.length) {
    const length = validLength(bytes, from)
    if (length > 0) {
      text += decoder.decode(bytes.subarray(from, from + length))
      from += length
    } else {
      text += String.fromCharCode(0xdc00 + (bytes[from] ?? 0))
      from += 1
    }
  }
  return text
}

/** Length of the valid UTF-8 sequence at `at`, or 0 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
function validLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const length = lengthByFirstByte(first)
  if (length < 2) return length
  const second = bytes[at + 1] ?? 0
  const [low, high] = secondByteRange(first)
  if (second < low || second > high) return 0
  const rest = bytes.subarray(at + 2, at + length)
  const isWhole = rest.length === length - 2 && rest.every((byte) => (byte & 0xc0) === 0x80)
  return isWhole ? length : 0
}

/** What the first byte announces; 0 when no sequence begins so. */
function lengthByFirstByte(first: number): number {
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  if (first < 0xe0) return 2
  return first < 0xf0 ? 3 : 4
}

function secondByteRange(first: number): readonly [number, number] {
  switch (first) {
    case 0xe0:
      return [0xa0, 0xbf]
    case 0xed:
      return [0x80, 0x9f]
    case 0xf0:
      return [0x90, 0xbf]
    case 0xf4:
      return [0x80, 0x8f]
    default:
      return [0x80, 0xbf]
  }
}

function encodeEscaped(text: string): Uint8Array {
  const parts: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00)
    else for (const byte of encoder.encode(character)) parts.push(byte)
  }
  return Uint8Array.from(parts)
}
