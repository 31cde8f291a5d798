// Characters and tokens of resource files, with the texts that `@` includes put in place.
import { type FaultList, type TextPosition } from './config-fault.ts'

export interface ConfigSource {
  readonly file: string
  readonly text: string
}

export interface IncludeRequest {
  readonly kind: 'file' | 'command'
  /** The file (perhaps a pattern), or the command line. */
  readonly target: string
  readonly at: TextPosition
}

/** Gives the texts to put in place of an `@`; an error says why there are none. */
export type IncludeReader = (
  request: IncludeRequest,
) => readonly ConfigSource[] | { readonly error: string }

export interface ValueToken {
  readonly kind: 'word' | 'string' | 'comma' | 'equals'
  readonly text: string
  readonly at: TextPosition
  /** Whether white space stands before it. */
  readonly spaced: boolean
}

interface Frame {
  readonly file: string
  /** Ends with a newline, so that no name or word goes on in another text. */
  readonly text: string
  readonly includedBy: Frame | undefined
  offset: number
  line: number
  lineStart: number
}

const MAX_INCLUDE_DEPTH = 16
const INLINE_SPACE = /[^\S\n]+/uy
const LINE = /[^\n]+/uy
const NAME = /[^={};#"\n]+/uy
const WORD = /[^\s=,;{}#]+/uy
const COMMAND = /[^\n;}]+/uy
const PATH = /[^\s;,}#]+/uy
const AFTER_STRING = /[\s,;=}#"]/u

/** A reading position in nested texts. It never throws; what is wrong goes to `faults`. */
export class ResourceScanner {
  readonly #frames: Frame[] = []
  readonly #read: IncludeReader
  readonly #faults: FaultList

  constructor(sources: readonly ConfigSource[], read: IncludeReader, faults: FaultList) {
    this.#read = read
    this.#faults = faults
    this.#push(sources)
  }

  /** The character here; '' at the end of everything. Ended frames are left behind first. */
  peek(): string {
    for (;;) {
      const frame = this.#frames.at(-1)
      if (frame === undefined) return ''
      if (frame.offset < frame.text.length) return frame.text[frame.offset]!
      if (this.#frames.length === 1) return ''
      this.#frames.pop()
    }
  }

  skip(): void {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return
    if (frame.text[frame.offset] === '\n') {
      frame.line++
      frame.lineStart = frame.offset + 1
    }
    frame.offset++
  }

  at(): TextPosition {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return { file: '', line: 1, column: 1 }
    return { file: frame.file, line: frame.line, column: frame.offset - frame.lineStart + 1 }
  }

  skipInlineSpace(): boolean {
    return this.#take(INLINE_SPACE) !== ''
  }

  skipLine(): void {
    this.#take(LINE)
  }

  /** Skips up to the `}` of this line, the `{` being here. */
  skipBraces(): void {
    while (!['', '\n', '}'].includes(this.peek())) this.skip()
    if (this.peek() === '}') this.skip()
  }

  /** Skips white space, newlines and comments. */
  skipBlank(): void {
    for (;;) {
      const character = this.peek()
      if (character === '#') this.skipLine()
      else if (character === '\n') this.skip()
      else if (!this.skipInlineSpace()) return
    }
  }

  /** A directive or resource name: everything up to what cannot be part of one. */
  name(): string {
    return this.#take(NAME).trim()
  }

  word(): string {
    return this.#take(WORD)
  }

  /** What a sticky expression, which never matches a newline, finds here; '' when it finds nothing. */
  #take(pattern: RegExp): string {
    this.peek()
    const frame = this.#frames.at(-1)
    if (frame === undefined) return ''
    pattern.lastIndex = frame.offset
    const found = pattern.exec(frame.text)?.[0] ?? ''
    frame.offset += found.length
    return found
  }

  /**
   * A string in double quotes, the quote being here. A backslash takes the next character as it is; a line end inside
   * is left out. A string that goes on in quotes on the next line is one string.
   */
  string(): string {
    let text = this.#quoted()
    while (this.#continuesOnNextLine()) text += this.#quoted()
    return text
  }

  #quoted(): string {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return ''
    const quoted = readQuoted(frame.text, frame.offset)
    if (quoted !== undefined) {
      while (frame.offset < quoted.end) this.skip()
      return quoted.value
    }
    this.#faults.fault(this.at(), 'a string begins here that no quote ends', 'Close it with ".')
    const start = frame.offset + 1
    this.skipLine()
    return frame.text.slice(start, frame.offset)
  }

  #continuesOnNextLine(): boolean {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return false
    const gap = /[ \t\r]*(?:#[^\n]*)?\n\s*(?=")/uy
    gap.lastIndex = frame.offset
    const match = gap.exec(frame.text)
    if (match === null) return false
    for (let i = 0; i < match[0].length; i++) this.skip()
    return true
  }

  /** `@file`, `@"file"`, `@|command` or `@|"command"`, the `@` being here: its text comes next. */
  include(): void {
    const at = this.at()
    this.skip()
    const isCommand = this.peek() === '|'
    if (isCommand) this.skip()
    const target = this.peek() === '"' ? this.#quoted() : this.#includeTarget(isCommand)
    if (target === '') {
      this.#faults.fault(at, 'nothing is named after "@"')
      return
    }
    const chain = includeChain(this.#frames.at(-1))
    if (chain.length >= MAX_INCLUDE_DEPTH) {
      this.#faults.fault(at, `"${target}" is included more than ${MAX_INCLUDE_DEPTH} files deep`)
      return
    }
    const sources = this.#read({ kind: isCommand ? 'command' : 'file', target, at })
    if ('error' in sources) {
      this.#faults.fault(at, sources.error)
      return
    }
    const cycle = sources.find((source) => chain.some((frame) => frame.file === source.file))
    if (cycle === undefined) this.#push(sources)
    else this.#faults.fault(at, `"${cycle.file}" includes itself`)
  }

  #includeTarget(isCommand: boolean): string {
    return this.#take(isCommand ? COMMAND : PATH).trim()
  }

  /** Puts texts before what is left; the first is read first. */
  #push(sources: readonly ConfigSource[]): void {
    const includedBy = this.#frames.at(-1)
    for (const { file, text } of sources.toReversed()) {
      const start = text.startsWith('\ufeff') ? 1 : 0
      if (text.includes('\0')) {
        const message = 'the file holds zero bytes, it is no text in UTF-8'
        this.#faults.fault({ file, line: 1, column: 1 }, message)
      } else {
        const whole = `${text}\n`
        this.#frames.push({
          file,
          text: whole,
          includedBy,
          offset: start,
          line: 1,
          lineStart: start,
        })
      }
    }
  }
}

function includeChain(frame: Frame | undefined): Frame[] {
  const chain: Frame[] = []
  for (let at = frame; at !== undefined; at = at.includedBy) chain.push(at)
  return chain
}

/**
 * The string whose quote opens at `start`, and where it ends; undefined when no quote closes it. A quote on a later line
 * with more text right behind it is one that opens the next string: the one before was forgotten.
 */
function readQuoted(text: string, start: number): { value: string; end: number } | undefined {
  let value = ''
  let spansLines = false
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '"') {
      const isOpening = spansLines && !AFTER_STRING.test(text.charAt(i + 1))
      return isOpening ? undefined : { value, end: i + 1 }
    }
    if (character === '\n') spansLines = true
    else if (character === '\\' && text.charAt(i + 1) !== '\n') value += text.charAt(++i)
    else if (!/[\r\\]/u.test(character)) value += character
  }
  return undefined
}
