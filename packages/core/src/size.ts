// Sizes as the configuration writes them ("10 gb", "1g 500m") as numbers of bytes, and back.

const KILO = 1024
const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...['k', 'm', 'g', 't', 'p', 'e'].flatMap((letter, i): [string, number][] => [
    [letter, KILO ** (i + 1)],
    [`${letter}ib`, KILO ** (i + 1)],
    [`${letter}b`, 1000 ** (i + 1)],
  ]),
])
const PART = /\s*(\d+(?:\.\d+)?)\s*([a-z]*)/giuy

/**
 * Bytes of a size text, or undefined when it is none. A number with a unit: k m g t p e are powers of 1024, kb mb gb tb
 * pb eb powers of 1000, kib mib ... as k, m ...; several parts add up. Case does not matter.
 */
export function parseSize(text: string): number | undefined {
  return sumOfParts(text, UNITS)
}

/** Adds up `number unit` parts; undefined when the text is not made of such parts or the sum is not a safe integer. */
export function sumOfParts(text: string, units: ReadonlyMap<string, number>): number | undefined {
  PART.lastIndex = 0
  const trimmed = text.trim()
  let sum = 0
  while (PART.lastIndex < trimmed.length) {
    const part = PART.exec(trimmed)
    const factor = units.get(part?.[2]?.toLowerCase() ?? '?')
    if (part === null || factor === undefined) return undefined
    sum += Number(part[1]) * factor
  }
  const rounded = Math.round(sum)
  return trimmed !== '' && Number.isSafeInteger(rounded) ? rounded : undefined
}

/** The shortest exact text of a number of bytes: "10 g", "1500". `parseSize` reads it back. */
export function formatSize(sizeBytes: number): string {
  if (sizeBytes > 0) {
    for (const [i, letter] of ['e', 'p', 't', 'g', 'm', 'k'].entries()) {
      const factor = KILO ** (6 - i)
      if (sizeBytes % factor === 0) return `${sizeBytes / factor} ${letter}`
    }
  }
  return String(sizeBytes)
}
