// The command line of `coffer dbcheck`: says what is wrong in the Catalog, asks, mends.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { systemClock } from '@coffer/core'
import { requireConfig } from '@coffer/daemon'
import { defaultConfigPath } from './daemons.ts'
import { usage } from './usage.ts'

const HELP = `Usage: coffer dbcheck [-c PATH] [-f] [-y]

Looks for rows of the Catalog that belong to nothing, or that lack what they need, and says what it finds.

  -c, --config PATH  configuration of the Director
  -f, --fix          ask for each kind whether to mend it; the Director must not run
  -y, --yes          mend without asking

Exits 0 when nothing is wrong or all was mended, 1 when something is left.
`

export async function runDbcheckCommand(argv: readonly string[]): Promise<number> {
  const { values } = usage(HELP, () =>
    parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', short: 'c' },
        fix: { type: 'boolean', short: 'f' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  )
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const director = await import('@coffer/director')
  const config = requireConfig(
    await director.loadDirectorConfig(values.config ?? defaultConfigPath(), process.env),
  )
  const isYes = values.yes === true
  const mayMend = values.fix === true || isYes
  const questions = mayMend && !isYes ? new Questions() : undefined
  const { found, mended } = await director.checkCatalog(config, {
    clock: systemClock,
    log: { info: nothing, warn: nothing },
    mayMend,
    decide: async ({ what, count, examples, remedy }) => {
      const rest = count > examples.length ? ', …' : ''
      process.stdout.write(`${String(count)} ${what}: ${examples.join(', ')}${rest}\n`)
      if (!mayMend) return 'leave'
      const isWanted = (await questions?.confirm(`  Mend (${remedy})? (yes/no): `)) ?? isYes
      return isWanted ? 'mend' : 'leave'
    },
  })
  questions?.close()
  process.stdout.write(summary(found, mended))
  return found === mended ? 0 : 1
}

function summary(found: number, mended: number): string {
  if (found === 0) return 'The Catalog is in order.\n'
  const left = found - mended
  const hint = mended === 0 ? ' "coffer dbcheck --fix" mends, while the Director does not run.' : ''
  return `${String(found)} kinds of trouble, ${String(mended)} mended, ${String(left)} left.${hint}\n`
}

/** Asks one question after the other; when nobody answers any more the answer is no. */
class Questions {
  readonly #lines = createInterface({ input: process.stdin })
  readonly #answers = this.#lines[Symbol.asyncIterator]()

  async confirm(question: string): Promise<boolean> {
    process.stdout.write(question)
    const answer = await this.#answers.next()
    return answer.done !== true && /^y(es)?$/i.test(answer.value.trim())
  }

  close(): void {
    this.#lines.close()
  }
}

function nothing(): void {
  // What it does to reach the database is of no interest here.
}
