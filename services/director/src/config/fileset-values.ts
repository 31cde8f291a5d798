// Values that only a FileSet has: a compression with its level, and sizes to match.
import { type DirectiveRow, formatSize, parseSize, quoteText, row } from '@coffer/core'
import { textual } from '@coffer/core/directives'

export interface Compression {
  readonly algorithm: 'GZIP' | 'LZ4' | 'LZ4HC' | 'LZO' | 'LZFAST' | 'ZSTD'
  /** 0 where the algorithm has no levels. */
  readonly level: number
}

const DEFAULT_LEVELS = { GZIP: 6, ZSTD: 3 } as const
const MAX_LEVELS = { GZIP: 9, ZSTD: 19 } as const

const compressionType = textual<Compression>({
  label: 'compression',
  expected: 'GZIP, GZIP1 to GZIP9, LZ4, LZ4HC, LZO, LZFAST, ZSTD or ZSTD1 to ZSTD19',
  parse: (word) => {
    const match = /^(?:(GZIP|ZSTD)(\d{1,2})?|(LZ4|LZ4HC|LZO|LZFAST))$/iu.exec(word)
    if (match === null) return undefined
    if (match[3] !== undefined)
      return { algorithm: match[3].toUpperCase() as Compression['algorithm'], level: 0 }
    const algorithm = match[1]?.toUpperCase() as 'GZIP' | 'ZSTD'
    const level = match[2] === undefined ? DEFAULT_LEVELS[algorithm] : Number(match[2])
    return level >= 1 && level <= MAX_LEVELS[algorithm] ? { algorithm, level } : undefined
  },
  format: ({ algorithm, level }) => quoteText(level === 0 ? algorithm : `${algorithm}${level}`),
})

export function compression(options: {
  readonly about: string
}): DirectiveRow<Compression | undefined> {
  return row(compressionType, options)
}

/** Bytes. `approximate` fits from `begin` to `end`, 1 % around the size; `smaller` and `greater` have it in both. */
export interface SizeMatch {
  readonly kind: 'approximate' | 'smaller' | 'greater' | 'range'
  readonly begin: number
  readonly end: number
}

const sizeMatchType = textual<SizeMatch>({
  label: 'size to match',
  expected: 'a size such as "<10g", ">1m", "1m-10m" or "10g"',
  parse: parseSizeMatch,
  format: (match) => quoteText(formatSizeMatch(match)),
})

function parseSizeMatch(text: string): SizeMatch | undefined {
  const [, sign = '', first = '', second] = /^([<>]?)([^-]*)(?:-(.*))?$/u.exec(text.trim()) ?? []
  const begin = parseSize(first)
  if (begin === undefined) return undefined
  if (second !== undefined) {
    const end = parseSize(second)
    return end === undefined || end < begin || sign !== ''
      ? undefined
      : { kind: 'range', begin, end }
  }
  if (sign === '<') return { kind: 'smaller', begin, end: begin }
  if (sign === '>') return { kind: 'greater', begin, end: begin }
  const margin = Math.floor(begin / 100)
  return { kind: 'approximate', begin: begin - margin, end: begin + margin }
}

function formatSizeMatch({ kind, begin, end }: SizeMatch): string {
  switch (kind) {
    case 'smaller':
      return `<${formatSize(end)}`
    case 'greater':
      return `>${formatSize(begin)}`
    case 'range':
      return `${formatSize(begin)}-${formatSize(end)}`
    case 'approximate':
      return formatSize((begin + end) / 2)
  }
}

export function sizeMatch(options: {
  readonly about: string
}): DirectiveRow<SizeMatch | undefined> {
  return row(sizeMatchType, options)
}
