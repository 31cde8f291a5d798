// The command line that the three daemons share.
import { parseArgs } from 'node:util'
import { messageOf } from '@coffer/core'

export interface DaemonArguments {
  /** A file, or a directory that holds a configuration tree; undefined when `-c` is not given. */
  readonly configPath: string | undefined
  /** Load the configuration, report its faults, start nothing. */
  readonly testOnly: boolean
  readonly foreground: boolean
  /** Debug level as Bareos counts it; 0 is none. */
  readonly debugLevel: number
  readonly verbose: boolean
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly arguments: DaemonArguments }
  /** Print `text` and end with `exitCode`: help that was asked for (0), or what is wrong with the line (41). */
  | { readonly kind: 'stop'; readonly text: string; readonly exitCode: 0 | 41 }

export const EXIT_CODES = { ok: 0, failed: 1, commandLine: 41, configuration: 42 } as const
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

const OPTIONS = {
  config: { type: 'string', short: 'c' },
  test: { type: 'boolean', short: 't' },
  foreground: { type: 'boolean', short: 'f' },
  debug: { type: 'string', short: 'd' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const

const MAX_DEBUG_LEVEL = 1000

/** `program` as in "coffer filed", for the help; `argv` without it. */
export function parseDaemonArguments(program: string, argv: readonly string[]): ParsedArguments {
  try {
    return read(program, argv)
  } catch (error) {
    return refuse(program, messageOf(error))
  }
}

function read(program: string, argv: readonly string[]): ParsedArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
  })
  if (values.help === true) return { kind: 'stop', text: helpText(program), exitCode: 0 }
  if (positionals.length > 0)
    return refuse(program, `Unexpected argument '${positionals.join(' ')}'`)
  if (values.config === '') return refuse(program, "Option '-c' needs a path")
  const debugLevel = readDebugLevel(values.debug ?? '0')
  if (debugLevel === undefined) {
    return refuse(program, `Option '-d' needs a number from 0 to ${MAX_DEBUG_LEVEL}`)
  }
  return {
    kind: 'run',
    arguments: {
      configPath: values.config,
      testOnly: values.test ?? false,
      foreground: values.foreground ?? false,
      debugLevel,
      verbose: values.verbose ?? false,
    },
  }
}

function readDebugLevel(text: string): number | undefined {
  if (!/^\d{1,4}$/.test(text)) return undefined
  const level = Number(text)
  return level <= MAX_DEBUG_LEVEL ? level : undefined
}

function refuse(program: string, reason: string): ParsedArguments {
  const sentence = reason.split('\n', 1)[0] ?? ''
  return {
    kind: 'stop',
    text: `${program}: ${sentence.replace(/\.$/, '')}\n\n${helpText(program)}`,
    exitCode: EXIT_CODES.commandLine,
  }
}

function helpText(program: string): string {
  return `Usage: ${program} [-c PATH] [-t] [-f] [-d LEVEL] [-v]

  -c, --config PATH   configuration file, or directory with a configuration tree
  -t, --test          test the configuration and exit: 0 when it is good, 1 with its faults
  -f, --foreground    stay in the foreground (the daemons always do)
  -d, --debug LEVEL   debug level, 0 to ${MAX_DEBUG_LEVEL}
  -v, --verbose       say more
  -h, --help          this text

Exit codes: 0 ended well, 1 failed, 41 command line, 42 configuration.
`
}
