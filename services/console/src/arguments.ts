// The command line of `coffer console`.
import { parseArgs } from 'node:util'
import { messageOf } from '@coffer/core'
import { EXIT_CODES } from '@coffer/daemon'

export interface ConsoleArguments {
  readonly configPath: string | undefined
  /** Director to connect to; the only one, or the first, when it is not named. */
  readonly director: string | undefined
  /** Console resource to log in as; the default console when it is not named. */
  readonly console: string | undefined
  readonly listDirectors: boolean
  readonly testOnly: boolean
}

export type ParsedConsoleArguments =
  | { readonly kind: 'run'; readonly arguments: ConsoleArguments }
  | { readonly kind: 'stop'; readonly text: string; readonly exitCode: 0 | 41 }

const OPTIONS = {
  config: { type: 'string', short: 'c' },
  director: { type: 'string', short: 'D' },
  console: { type: 'string', short: 'C' },
  'list-directors': { type: 'boolean', short: 'l' },
  test: { type: 'boolean', short: 't' },
  help: { type: 'boolean', short: 'h' },
} as const

const HELP = `Usage: coffer console [-c PATH] [-D DIRECTOR] [-C CONSOLE] [-l] [-t]

  -c, --config PATH         configuration file, or directory with a configuration tree
  -D, --director DIRECTOR   Director resource to connect to
  -C, --console CONSOLE     Console resource to log in as; the default console without it
  -l, --list-directors      list the Directors of the configuration and exit
  -t, --test                test the configuration and exit: 0 when it is good, 1 with its faults
  -h, --help                this text

Without a terminal on standard input, each line is a command or an answer, and is echoed.
Exit codes: 0 ended well, 1 failed, 41 command line, 42 configuration.
`

/** `argv` without the program's name. */
export function parseConsoleArguments(argv: readonly string[]): ParsedConsoleArguments {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS })
    if (values.help === true) return { kind: 'stop', text: HELP, exitCode: EXIT_CODES.ok }
    return {
      kind: 'run',
      arguments: {
        configPath: values.config,
        director: values.director,
        console: values.console,
        listDirectors: values['list-directors'] ?? false,
        testOnly: values.test ?? false,
      },
    }
  } catch (error) {
    const sentence = messageOf(error).split('\n', 1)[0] ?? ''
    const text = `coffer console: ${sentence.replace(/\.$/, '')}\n\n${HELP}`
    return { kind: 'stop', text, exitCode: EXIT_CODES.commandLine }
  }
}
