// `coffer console`: the terminal client on this process's standard streams.
import { runConsole } from '@coffer/console'
import { defaultConfigPath } from './daemons.ts'

export function runConsoleCommand(argv: readonly string[]): Promise<number> {
  return runConsole(argv, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    defaultConfigPath: defaultConfigPath(),
  })
}
