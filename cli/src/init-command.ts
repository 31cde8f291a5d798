// The command line of `coffer init`.
import { parseArgs } from 'node:util'
import { initialise } from './init.ts'
import { oneDirectory, usage } from './usage.ts'

const DEFAULT_PORT_BASE = 9101

const HELP = `Usage: coffer init DIR [--port-base N]

Writes a complete configuration for one host into DIR: a Director on port N
(default ${String(DEFAULT_PORT_BASE)}), a file daemon on N+1, a storage daemon on N+2, with passwords
of their own. N+3 is kept for HTTP.
`

export async function runInitCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = usage(HELP, () =>
    parseArgs({
      args: [...argv],
      options: { 'port-base': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    }),
  )
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const directory = usage(HELP, () => oneDirectory(positionals))
  const path = await initialise(directory, Number(values['port-base'] ?? DEFAULT_PORT_BASE))
  process.stdout.write(
    `The configuration is in ${path}\nStart:   coffer up ${directory} --detach\nConsole: coffer console -c ${directory}\n`,
  )
  return 0
}
