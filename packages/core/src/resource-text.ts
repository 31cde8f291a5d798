// The Bareos resource language: text to a tree of blocks and directives with their places. Pure; what `@` includes
// comes from a reader that is passed in. Contract of the language: docs/directives.md, "Language".
import { FaultList, type ConfigFault, type TextPosition } from './config-fault.ts'
import {
  type ConfigSource,
  type IncludeReader,
  ResourceScanner,
  type ValueToken,
} from './resource-scanner.ts'

/** `Name = value` */
export interface DirectiveNode {
  readonly kind: 'directive'
  /** As written. */
  readonly name: string
  /** The name in lower case without spaces, as names are compared. */
  readonly key: string
  readonly at: TextPosition
  readonly valueAt: TextPosition
  readonly tokens: readonly ValueToken[]
}

/** `Name { ... }` or `Name = { ... }` */
export interface BlockNode {
  readonly kind: 'block'
  readonly name: string
  readonly key: string
  readonly at: TextPosition
  readonly items: readonly ItemNode[]
}

export type ItemNode = DirectiveNode | BlockNode

export interface ResourceText {
  readonly items: readonly ItemNode[]
  readonly faults: readonly ConfigFault[]
  readonly warnings: readonly ConfigFault[]
}

const VALUE_ENDS: ReadonlySet<string> = new Set(['', '\n', ';', '}'])
const MAX_NESTING = 16
const MAX_FAULTS = 500
const NO_INCLUDES: IncludeReader = (request) => ({
  error: `"${request.target}" cannot be included here`,
})

/** How names are compared: without regard to case and white space. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/\s+/gu, '')
}

/** Reads texts one after the other into one tree. All faults are found in one pass; the tree holds what is sound. */
export function parseResourceText(
  sources: readonly ConfigSource[],
  readInclude: IncludeReader = NO_INCLUDES,
): ResourceText {
  const faults = new FaultList()
  const scanner = new ResourceScanner(sources, readInclude, faults)
  const items = new ResourceParser(scanner, faults).topLevel()
  return { items, faults: faults.faults.slice(0, MAX_FAULTS), warnings: faults.warnings }
}

class ResourceParser {
  readonly #scanner: ResourceScanner
  readonly #faults: FaultList

  constructor(scanner: ResourceScanner, faults: FaultList) {
    this.#scanner = scanner
    this.#faults = faults
  }

  topLevel(): ItemNode[] {
    const items: ItemNode[] = []
    for (;;) {
      items.push(...this.#items(0))
      if (this.#scanner.peek() === '') return items
      this.#faults.fault(this.#scanner.at(), '"}" closes nothing')
      this.#scanner.skip()
    }
  }

  /** Items up to the `}` of this block, which is left in place, or the end. */
  #items(depth: number): ItemNode[] {
    const items: ItemNode[] = []
    for (;;) {
      this.#scanner.skipBlank()
      const character = this.#scanner.peek()
      if (character === '' || character === '}') return items
      if (character === ';') this.#scanner.skip()
      else if (character === '@') this.#scanner.include()
      else {
        const item = this.#item(depth)
        if (item !== undefined) items.push(item)
      }
    }
  }

  #item(depth: number): ItemNode | undefined {
    const at = this.#scanner.at()
    const name = this.#scanner.name()
    if (name === '') {
      this.#faults.fault(at, `a name is expected before "${this.#scanner.peek()}"`)
      this.#skipHeadless(depth)
      return undefined
    }
    this.#scanner.skipBlank()
    const named = { name, key: nameKey(name), at }
    switch (this.#scanner.peek()) {
      case '{':
        return { kind: 'block', ...named, items: this.#block(named, depth) }
      case '=':
        this.#scanner.skip()
        return this.#afterEquals(named, depth)
      default:
        this.#faults.fault(at, `"${shorten(name)}" is followed by neither "=" nor "{"`)
        return undefined
    }
  }

  /** After a fault: leaves behind a value or a block that has no name. */
  #skipHeadless(depth: number): void {
    const lost = { name: '', key: '', at: this.#scanner.at() }
    const character = this.#scanner.peek()
    if (character === '{') this.#block(lost, depth)
    else {
      if (character === '=') this.#scanner.skip()
      this.#value(depth)
    }
  }

  #block(named: { name: string; at: TextPosition }, depth: number): ItemNode[] {
    this.#scanner.skip()
    const items = this.#nested(named, depth + 1)
    if (this.#scanner.peek() === '}') this.#scanner.skip()
    else
      this.#faults.fault(
        named.at,
        `block "${shorten(named.name)}" is not closed`,
        'A "}" is missing.',
      )
    return items
  }

  #nested(named: { name: string; at: TextPosition }, depth: number): ItemNode[] {
    if (depth <= MAX_NESTING) return this.#items(depth)
    this.#faults.fault(named.at, `blocks are nested more than ${MAX_NESTING} deep`)
    for (let open = 1; this.#scanner.peek() !== ''; ) {
      const character = this.#scanner.peek()
      if (character === '{') open++
      if (character === '}' && --open === 0) break
      this.#scanner.skip()
    }
    return []
  }

  #afterEquals(named: { name: string; key: string; at: TextPosition }, depth: number): ItemNode {
    this.#scanner.skipInlineSpace()
    const valueAt = this.#scanner.at()
    if (this.#scanner.peek() === '{') {
      return { kind: 'block', ...named, items: this.#block(named, depth) }
    }
    const tokens = this.#value(depth)
    if (tokens.length === 0) {
      this.#scanner.skipBlank()
      if (this.#scanner.peek() === '{') {
        return { kind: 'block', ...named, items: this.#block(named, depth) }
      }
      this.#faults.fault(valueAt, `"${shorten(named.name)}" has no value`)
    }
    return { kind: 'directive', ...named, valueAt, tokens }
  }

  /** Tokens up to the end of the value: a newline, `;` or the `}` of the block. After a comma it goes on next line. */
  #value(depth: number): ValueToken[] {
    const tokens: ValueToken[] = []
    for (let spaced = false; ; spaced = this.#scanner.skipInlineSpace()) {
      const character = this.#scanner.peek()
      const isAfterComma = tokens.at(-1)?.kind === 'comma'
      if (character === '#') this.#comment(spaced, tokens)
      else if (character === '\n' && isAfterComma) this.#scanner.skipBlank()
      else if (character === '@' && (isAfterComma || tokens.length === 0)) this.#scanner.include()
      else if (VALUE_ENDS.has(character)) return tokens
      else tokens.push(this.#token(character, spaced, depth))
    }
  }

  #comment(spaced: boolean, tokens: readonly ValueToken[]): void {
    if (!spaced && tokens.at(-1)?.kind === 'word') {
      const message = '"#" ends the value and begins a comment'
      this.#faults.warn(this.#scanner.at(), message, 'Quote a value that holds "#".')
    }
    this.#scanner.skipLine()
  }

  #token(character: string, spaced: boolean, depth: number): ValueToken {
    const at = this.#scanner.at()
    switch (character) {
      case '"':
        return { kind: 'string', text: this.#scanner.string(), at, spaced }
      case ',':
        this.#scanner.skip()
        return { kind: 'comma', text: ',', at, spaced }
      case '=':
        this.#scanner.skip()
        return { kind: 'equals', text: '=', at, spaced }
      case '{':
        this.#faults.fault(at, 'a "{" inside a value', 'Quote a value that holds braces.')
        if (spaced) this.#block({ name: '', at }, depth)
        else this.#scanner.skipBraces()
        return { kind: 'word', text: '', at, spaced }
      default:
        return { kind: 'word', text: this.#scanner.word(), at, spaced }
    }
  }
}

function shorten(text: string): string {
  const line = text.replace(/\s+/gu, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}

/** The text of a value that is one text, quoted or not; several words are kept as they were spaced. */
export function valueText(node: DirectiveNode): string {
  return tokensText(node.tokens)
}

/** The text of some tokens of a value. */
export function tokensText(tokens: readonly ValueToken[]): string {
  return tokens.map((token, i) => (i > 0 && token.spaced ? ` ${token.text}` : token.text)).join('')
}

/** The parts of a value between its commas, each as text with its place. */
export function valueList(node: DirectiveNode): { text: string; at: TextPosition }[] {
  const parts: ValueToken[][] = [[]]
  for (const token of node.tokens) {
    if (token.kind === 'comma') parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.flatMap((tokens) => {
    const first = tokens[0]
    return first === undefined ? [] : [{ text: tokensText(tokens), at: first.at }]
  })
}

/** A text in quotes, as `parseResourceText` reads it back. */
export function quoteText(text: string): string {
  return `"${text.replace(/["\\]/gu, '\\$&')}"`
}

/** A text as it is when it can stand without quotes. */
export function quoteIfNeeded(text: string): string {
  return /^[^\s=,;{}#"@\\][^\s=,;{}#"\\]*$/u.test(text) ? text : quoteText(text)
}

/** The value as it can be written again: strings in quotes, one space where there was white space. */
export function valueSource(node: DirectiveNode): string {
  return node.tokens
    .map((token, i) => {
      const text = token.kind === 'string' ? quoteText(token.text) : token.text
      return i > 0 && token.spaced ? ` ${text}` : text
    })
    .join('')
}
