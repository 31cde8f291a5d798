// The executable `coffer`: finds the subcommand and gives back its exit code.
import { CofferError, messageOf } from '@coffer/core'
import { EXIT_CODES } from '@coffer/daemon'
import { SUBCOMMANDS } from './subcommands.ts'

/** Runs `coffer` with these arguments (without the program's own name); resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(helpText())
    return name === undefined ? EXIT_CODES.commandLine : EXIT_CODES.ok
  }
  const subcommand = SUBCOMMANDS.get(name)
  if (subcommand === undefined) {
    process.stderr.write(`coffer: "${name}" is no subcommand\n\n${helpText()}`)
    return EXIT_CODES.commandLine
  }
  endWithoutReader()
  try {
    return await subcommand.run(rest)
  } catch (error) {
    process.stderr.write(explain(name, error))
    return error instanceof CofferError ? error.entry.exitCode : EXIT_CODES.failed
  }
}

/** `coffer … | head`: with the reader of our output gone there is nothing left to do. */
function endWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.failed)
    throw error
  })
}

function explain(name: string, error: unknown): string {
  const hint = error instanceof CofferError ? `HINT: ${error.hint}\n` : ''
  return `coffer ${name}: ${messageOf(error)}\n${hint}`
}

const NAME_WIDTH = 12

function helpText(): string {
  const rows = [...SUBCOMMANDS].map(
    ([name, { summary }]) => `  ${name.padEnd(NAME_WIDTH)}${summary}\n`,
  )
  return `Usage: coffer SUBCOMMAND [ARGUMENTS]\n\n${rows.join('')}\nEach explains itself with --help.\n`
}
