// The command lines of the Volume tools: short options as in Bareos, then names.
import { parseArgs } from 'node:util'
import { messageOf } from '@coffer/core'

/** Options of which a tool takes some, by their letter. */
const LETTERS = {
  b: 'string',
  c: 'string',
  d: 'string',
  D: 'string',
  e: 'string',
  i: 'string',
  o: 'string',
  V: 'string',
  w: 'string',
  j: 'boolean',
  k: 'boolean',
  K: 'string',
  L: 'boolean',
  m: 'boolean',
  p: 'boolean',
  r: 'boolean',
  s: 'boolean',
  S: 'boolean',
  t: 'boolean',
  v: 'boolean',
} as const
type Letter = keyof typeof LETTERS
type TextLetter = { [L in Letter]: (typeof LETTERS)[L] extends 'string' ? L : never }[Letter]
type FlagLetter = Exclude<Letter, TextLetter>

export interface ToolArguments {
  text(letter: TextLetter): string | undefined
  flag(letter: FlagLetter): boolean
  readonly names: readonly string[]
}

export type ParsedToolArguments =
  | { readonly kind: 'run'; readonly arguments: ToolArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly text: string }

/** `letters` are the options that the tool takes. */
export function parseToolArguments(
  argv: readonly string[],
  letters: readonly Letter[],
): ParsedToolArguments {
  if (argv.some((word) => word === '-?' || word === '-h' || word === '--help')) {
    return { kind: 'help' }
  }
  const options = Object.fromEntries(
    letters.map((letter) => [`option-${letter}`, { type: LETTERS[letter], short: letter }]),
  )
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    return {
      kind: 'run',
      arguments: {
        text: (letter) => {
          const value = values[`option-${letter}`]
          return typeof value === 'string' ? value : undefined
        },
        flag: (letter) => values[`option-${letter}`] === true,
        names: positionals,
      },
    }
  } catch (error) {
    return { kind: 'wrong', text: messageOf(error) }
  }
}
