// Every subcommand of `coffer`, in the order of the help. A service is loaded only when it is asked for.
import type { DaemonKind } from './daemons.ts'
import type { VolumeTool } from './volume-tools.ts'

export interface Subcommand {
  readonly summary: string
  readonly run: (argv: readonly string[]) => Promise<number>
}

export const SUBCOMMANDS: ReadonlyMap<string, Subcommand> = new Map([
  [
    'director',
    { summary: 'the daemon that holds the Catalog and runs Jobs', run: daemon('director') },
  ],
  ['storage', { summary: 'the daemon that owns Volumes', run: daemon('storage') }],
  [
    'filed',
    { summary: 'the daemon on each host that reads and restores files', run: daemon('filed') },
  ],
  ['console', { summary: 'talk to a Director', run: consoleCommand }],
  ['init', { summary: 'write a complete configuration for one host', run: init }],
  ['up', { summary: 'start the daemons of a configuration', run: up }],
  ['down', { summary: 'stop them', run: down }],
  ['catalog', { summary: 'dump the Catalog, or load a dump', run: catalog }],
  ['hooks', { summary: 'list the hooks of this client, switch them on and off', run: hooks }],
  ['dbcheck', { summary: 'find and mend trouble in the Catalog', run: dbcheck }],
  ['bls', { summary: 'list what a Volume holds', run: tool('bls') }],
  ['bextract', { summary: 'restore from Volumes without a Director', run: tool('bextract') }],
  ['bscan', { summary: 'rebuild the Catalog from Volumes', run: tool('bscan') }],
  ['bcopy', { summary: 'copy a Volume', run: tool('bcopy') }],
  ['changer', { summary: 'an autochanger made of directories', run: tool('changer') }],
])

function daemon(kind: DaemonKind): Subcommand['run'] {
  return async (argv) => (await import('./daemons.ts')).runDaemonCommand(kind, argv)
}

function tool(name: VolumeTool): Subcommand['run'] {
  return async (argv) => (await import('./volume-tools.ts')).runVolumeTool(name, argv)
}

async function consoleCommand(argv: readonly string[]): Promise<number> {
  return (await import('./console-command.ts')).runConsoleCommand(argv)
}

async function init(argv: readonly string[]): Promise<number> {
  return (await import('./init-command.ts')).runInitCommand(argv)
}

async function up(argv: readonly string[]): Promise<number> {
  return (await import('./up-command.ts')).runUpCommand(argv)
}

async function down(argv: readonly string[]): Promise<number> {
  return (await import('./down-command.ts')).runDownCommand(argv)
}

async function catalog(argv: readonly string[]): Promise<number> {
  return (await import('./catalog-command.ts')).runCatalogCommand(argv)
}

async function hooks(argv: readonly string[]): Promise<number> {
  return (await import('./hooks-command.ts')).runHooksCommand(argv)
}

async function dbcheck(argv: readonly string[]): Promise<number> {
  return (await import('./dbcheck-command.ts')).runDbcheckCommand(argv)
}
