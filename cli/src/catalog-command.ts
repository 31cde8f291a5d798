// The command line of `coffer catalog`: dumps the Catalog, loads a dump.
import { parseArgs } from 'node:util'
import { systemClock } from '@coffer/core'
import { requireConfig } from '@coffer/daemon'
import { defaultConfigPath } from './daemons.ts'
import { usage } from './usage.ts'

const HELP = `Usage: coffer catalog dump [-c PATH] FILE
       coffer catalog load [-c PATH] FILE

dump writes the Catalog of the Director that PATH configures to FILE, as it is at one moment; the Director may run.
load puts such a FILE into an empty Catalog; the Director must not run.
`

interface Wanted {
  readonly verb: 'dump' | 'load'
  readonly file: string
}

export async function runCatalogCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = usage(HELP, () =>
    parseArgs({
      args: [...argv],
      options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    }),
  )
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const { verb, file } = usage(HELP, () => wantedOf(positionals))
  const director = await import('@coffer/director')
  const config = requireConfig(
    await director.loadDirectorConfig(values.config ?? defaultConfigPath(), process.env),
  )
  const context = { clock: systemClock, log: { info: nothing, warn: nothing } }
  const work = verb === 'dump' ? director.dumpCatalog : director.loadCatalog
  const { tables, rows } = await work(config, file, context)
  const done = verb === 'dump' ? `is in ${file}` : 'is loaded'
  process.stdout.write(`The Catalog ${done}: ${String(tables)} tables, ${String(rows)} rows\n`)
  return 0
}

function wantedOf([verb, file, ...rest]: readonly string[]): Wanted {
  if (verb !== 'dump' && verb !== 'load') throw new Error('dump or load is needed')
  if (file === undefined || rest.length > 0) throw new Error('one file is needed')
  return { verb, file }
}

function nothing(): void {
  // What it does to the database is of no interest here.
}
