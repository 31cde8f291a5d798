// `coffer hooks`: lists the hooks of this client and switches them on and off.
import { chmod, stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { CofferError } from '@coffer/core'
import { type Hook, hookDirectory, listHooks } from '@coffer/filed'
import { loadClient } from './daemons.ts'
import { usage } from './usage.ts'

const HELP = `Usage: coffer hooks [list]          -c CONFIG
       coffer hooks enable NAME... -c CONFIG
       coffer hooks disable NAME... -c CONFIG

Hooks are programs in the Hooks Directory of the file daemon that run before
and after every backup and restore. See docs/hooks.md.

  -c CONFIG  configuration of the file daemon, a file or a directory
`

const EXECUTABLE = 0o111
const ACTIONS = ['list', 'enable', 'disable'] as const
type Action = (typeof ACTIONS)[number]

export async function runHooksCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = usage(HELP, () =>
    parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h' },
        config: { type: 'string', short: 'c', default: '/etc/coffer' },
      },
      allowPositionals: true,
    }),
  )
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const { action, names } = usage(HELP, () => actionOf(positionals))
  const client = await loadClient(values.config)
  const directory = hookDirectory(client.hooksDirectory, process.env)
  const hooks = await listHooks(directory)
  if (action === 'list') process.stdout.write(listing(directory, hooks))
  else await switchHooks(chosen(directory, hooks, names), action === 'enable')
  return 0
}

/** Throws a plain Error for `usage` to explain. */
function actionOf([word = 'list', ...names]: readonly string[]): {
  action: Action
  names: readonly string[]
} {
  const action = ACTIONS.find((known) => known === word)
  if (action === undefined) throw new Error(`"${word}" is no action`)
  if ((action === 'list') !== (names.length === 0)) {
    throw new Error(action === 'list' ? '"list" takes no names' : 'a name is needed')
  }
  return { action, names }
}

function listing(directory: string, hooks: readonly Hook[]): string {
  if (hooks.length === 0) return `No hooks in ${directory}\n`
  const lines = hooks.map(({ name, enabled }) => `${enabled ? 'enabled ' : 'disabled'}  ${name}\n`)
  return `Hooks in ${directory}\n${lines.join('')}`
}

/** All or none: one that is not there keeps the others as they are. */
function chosen(directory: string, hooks: readonly Hook[], names: readonly string[]): Hook[] {
  return names.map((name) => {
    const hook = hooks.find((candidate) => candidate.name === name)
    if (hook !== undefined) return hook
    throw new CofferError('command-line', `there is no hook "${name}" in "${directory}"`)
  })
}

async function switchHooks(hooks: readonly Hook[], enable: boolean): Promise<void> {
  for (const { path, name } of hooks) {
    const mode = (await stat(path)).mode & 0o7777
    await chmod(path, enable ? mode | EXECUTABLE : mode & ~EXECUTABLE)
    process.stdout.write(`${name} ${enable ? 'enabled' : 'disabled'}\n`)
  }
}
