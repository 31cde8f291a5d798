// A typed line as a command: a verb and `keyword=value` arguments, with quotes.
import { CofferError } from '@coffer/core'

/** Longest line that a session reads, in characters. */
const MAX_LINE_LENGTH = 65_536
/** Most arguments of one line. */
const MAX_ARGUMENTS = 1000

/** One word of a line. `keyword` is in lower case; `value` is undefined when there was no `=`. */
export interface Argument {
  readonly keyword: string
  readonly value: string | undefined
  /** The word as it was typed, quotes taken off: for arguments that are not keywords. */
  readonly text: string
}

export interface CommandLine {
  /** The line without surrounding white space. */
  readonly text: string
  /** The first word as typed; "" when the line is empty. */
  readonly verb: string
  /** Everything behind the first word, as typed. */
  readonly rest: string
  readonly args: readonly Argument[]
}

/**
 * Splits a line as Bareos does: words end at white space outside of double quotes; inside of quotes a backslash takes
 * the next character as it is. Throws `console-line-too-long`.
 */
export function parseCommandLine(line: string): CommandLine {
  if (line.length > MAX_LINE_LENGTH) {
    throw new CofferError(
      'console-line-too-long',
      `the line has ${line.length} characters, at most ${MAX_LINE_LENGTH} are read`,
    )
  }
  const text = line.trim()
  const words = splitWords(text)
  if (words.length > MAX_ARGUMENTS) {
    throw new CofferError(
      'console-line-too-long',
      `the line has ${words.length} words, at most ${MAX_ARGUMENTS} are read`,
    )
  }
  const [first, ...others] = words
  return {
    text,
    verb: first?.text ?? '',
    rest: first === undefined ? '' : text.slice(first.end).trim(),
    args: others.map(argumentOf),
  }
}

interface Word {
  readonly text: string
  /** Where the first `=` outside of quotes stands in `text`; -1 when there is none. */
  readonly equals: number
  /** Position in the line behind the word. */
  readonly end: number
}

function argumentOf(word: Word): Argument {
  if (word.equals < 0) {
    return { keyword: word.text.toLowerCase(), value: undefined, text: word.text }
  }
  return {
    keyword: word.text.slice(0, word.equals).toLowerCase(),
    value: word.text.slice(word.equals + 1),
    text: word.text,
  }
}

function splitWords(line: string): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < line.length) {
    if (isBlank(line, at)) {
      at += 1
      continue
    }
    const word = readWord(line, at)
    words.push(word)
    at = word.end
  }
  return words
}

function readWord(line: string, start: number): Word {
  let text = ''
  let equals = -1
  let isQuoted = false
  let at = start
  for (; at < line.length && (isQuoted || !isBlank(line, at)); at++) {
    const character = line.charAt(at)
    if (character === '"') {
      isQuoted = !isQuoted
    } else if (character === '\\' && isQuoted && at + 1 < line.length) {
      at += 1
      text += line.charAt(at)
    } else {
      if (character === '=' && !isQuoted && equals < 0) equals = text.length
      text += character
    }
  }
  return { text, equals, end: at }
}

/** A word as it has to be typed: in quotes when it holds blanks or quotes. */
export function quoteWord(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll(/[\\"]/g, String.raw`\$&`)}"` : word
}

function isBlank(line: string, at: number): boolean {
  const code = line.charCodeAt(at)
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

/** The first argument with one of these keywords, in the order of the line. */
export function findArgument(
  line: CommandLine,
  ...keywords: readonly string[]
): Argument | undefined {
  return line.args.find((argument) => keywords.includes(argument.keyword))
}

/** The first value given for one of these keywords; undefined when none has one. */
export function findValue(line: CommandLine, ...keywords: readonly string[]): string | undefined {
  return line.args.find(
    (argument) => keywords.includes(argument.keyword) && argument.value !== undefined,
  )?.value
}

/** All values given for a keyword that may be repeated. */
export function listValues(line: CommandLine, keyword: string): string[] {
  return line.args.flatMap((argument) =>
    argument.keyword === keyword && argument.value !== undefined ? [argument.value] : [],
  )
}

/** Whether a word stands on the line, with a value or without. */
export function hasKeyword(line: CommandLine, ...keywords: readonly string[]): boolean {
  return findArgument(line, ...keywords) !== undefined
}
