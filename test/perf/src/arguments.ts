// The command line of the benchmark.
import { parseArgs } from 'node:util'

export interface BenchArguments {
  /** Rows to measure; all when empty. */
  readonly names: readonly string[]
  readonly rounds: number
  /** Where data, repositories and Volumes are; outside of the repository. */
  readonly directory: string
  /** Coffer alone: no Bacula, no restic. */
  readonly isAlone: boolean
  readonly updateDocs: boolean
}

export const HELP = `Usage: npm run bench -- [ROW ...] [--rounds N] [--alone] [--update-docs] [--dir PATH]

Measures Coffer in turn with Bacula and restic, prints medians and ratios, and writes
them as JSON. Needs root, Debian, 40 GB of disk and 8 GB of memory that nobody uses.

  ROW            only these rows (see --list)
  --rounds N     runs of each contender (default 2)
  --alone        Coffer alone
  --update-docs  writes the table into docs/performance.md; needs all rows
  --dir PATH     for data and Volumes, kept between runs (default /var/tmp/coffer-bench,
                 COFFER_BENCH_DIR)
  --list         the rows
`

export type Parsed =
  | { readonly kind: 'run'; readonly arguments: BenchArguments }
  | { readonly kind: 'help' | 'list' }

const MAX_ROUNDS = 100

/** Throws an Error that says what is wrong with the line. */
export function parseArguments(
  argv: readonly string[],
  rowNames: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Parsed {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '2' },
      alone: { type: 'boolean', default: false },
      'update-docs': { type: 'boolean', default: false },
      dir: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return { kind: 'help' }
  if (values.list) return { kind: 'list' }
  const unknown = positionals.filter((name) => !rowNames.includes(name))
  if (unknown.length > 0) {
    throw new Error(`no row "${unknown.join('", "')}"; there are ${rowNames.join(', ')}`)
  }
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new Error(`--rounds takes a number from 1 to ${String(MAX_ROUNDS)}`)
  }
  if (values['update-docs'] && positionals.length > 0) {
    throw new Error('--update-docs needs all rows')
  }
  return {
    kind: 'run',
    arguments: {
      names: positionals,
      rounds,
      directory: values.dir ?? env['COFFER_BENCH_DIR'] ?? '/var/tmp/coffer-bench',
      isAlone: values.alone,
      updateDocs: values['update-docs'],
    },
  }
}
