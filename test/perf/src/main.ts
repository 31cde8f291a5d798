// `npm run bench`: makes the data, starts the contenders, measures the rows in turn, prints and writes what came out.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { absentPeers } from '@coffer/test-kit'
import { type BenchArguments, HELP, parseArguments } from './arguments.ts'
import { startBaculaSystem } from './bacula.ts'
import { startCoffer } from './coffer.ts'
import { makeData } from './data.ts'
import { benchJobs } from './jobs.ts'
import { machineFacts } from './machine.ts'
import { memoryRow } from './memory-row.ts'
import { pageTable, withTable } from './page.ts'
import { Progress } from './progress.ts'
import { Restic } from './restic.ts'
import type { BenchResult, RowResult } from './results.ts'
import { measureRow, messageOf, type Stage } from './row.ts'
import { ROWS } from './rows.ts'
import { screenHead, screenRow } from './screen.ts'

const PAGE = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url))
const PEERS = ['bacula-director-pgsql', 'bacula-sd', 'libpq5', 'restic'] as const
const NEEDED_BYTES = 40e9

async function main(): Promise<void> {
  const names = ROWS.map((row) => row.name)
  const parsed = parseArguments(process.argv.slice(2), names, process.env)
  if (parsed.kind === 'help') process.stdout.write(HELP)
  if (parsed.kind === 'list') {
    process.stdout.write(ROWS.map((row) => `${row.name.padEnd(15)} ${row.title}\n`).join(''))
  }
  if (parsed.kind !== 'run') return
  await refuseUnlessAble(parsed.arguments)
  const result = await measureAll(parsed.arguments)
  await keep(result, parsed.arguments)
}

async function refuseUnlessAble({ directory, isAlone }: BenchArguments): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error('the benchmark needs root: it reads all of /usr and restores owners')
  }
  const absent = isAlone ? undefined : absentPeers(...PEERS)
  if (absent !== undefined) {
    throw new Error(`${absent}\n(npm run bench -- --alone measures Coffer without rivals)`)
  }
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const { bavail, bsize } = await statfs(directory)
  const data = existsSync(join(directory, 'data', 'million.done')) ? 6e9 : 0
  if (bavail * bsize + data < NEEDED_BYTES) {
    throw new Error(
      `"${directory}" has ${String(Math.floor((bavail * bsize) / 1e9))} GB free, the benchmark needs 40 (--dir PATH)`,
    )
  }
}

async function measureAll(wanted: BenchArguments): Promise<BenchResult> {
  const machine = await machineFacts()
  const progress = new Progress(process.stderr)
  const data = join(wanted.directory, 'data')
  await mkdir(data, { recursive: true })
  const made = makeData(data, (what) => {
    progress.say(what)
  })
  const run = await runDirectory(wanted.directory)
  // Where the hosts put what they make.
  process.env['TMPDIR'] = run
  const closing: (() => Promise<void>)[] = [() => rm(run, { recursive: true, force: true })]
  try {
    progress.say('starting the daemons')
    const jobs = benchJobs(made)
    const coffer = await startCoffer(jobs)
    closing.push(() => coffer.close())
    const { database } = coffer
    const bacula = wanted.isAlone
      ? undefined
      : await startBaculaSystem({ jobs, database, directory: run })
    if (bacula !== undefined) closing.push(() => bacula.close())
    const restic = wanted.isAlone ? undefined : new Restic(run)
    const stage: Stage = { data: made, coffer, bacula, restic, directory: run }
    const versions = {
      Coffer: coffer.version,
      ...(bacula === undefined ? {} : { Bacula: bacula.version }),
      ...(restic === undefined ? {} : { restic: await restic.version() }),
    }
    const rows = await measureRows(stage, wanted, progress)
    const { rounds } = wanted
    return { date: new Date().toISOString(), machine, versions, rounds, rows }
  } finally {
    progress.clear()
    for (const close of closing.reverse()) await close()
  }
}

async function measureRows(
  stage: Stage,
  { names, rounds }: BenchArguments,
  progress: Progress,
): Promise<RowResult[]> {
  const wanted = ROWS.filter((row) => names.length === 0 || names.includes(row.name))
  const results: RowResult[] = []
  const show = (result: RowResult): void => {
    progress.clear()
    process.stdout.write(`${screenRow(result)}\n`)
    results.push(result)
  }
  process.stdout.write(`${screenHead()}\n`)
  for (const [at, row] of wanted.entries()) {
    const say = (what: string): void => {
      progress.say(`[${String(at + 1)}/${String(wanted.length)}] ${what}`)
    }
    show(await measureRow(row, { stage, rounds, say }))
  }
  show(memoryRow(results))
  return results
}

/** A directory for this run alone; what runs that were killed have left is removed. */
async function runDirectory(directory: string): Promise<string> {
  for (const name of await readdir(directory)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
      await rm(join(directory, name), { recursive: true, force: true })
    }
  }
  const path = join(directory, `run-${String(process.pid)}`)
  await mkdir(path, { mode: 0o755 })
  return path
}

async function keep(result: BenchResult, wanted: BenchArguments): Promise<void> {
  const path = join(wanted.directory, 'results', `${result.date.replaceAll(':', '-')}.json`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(result, undefined, 2)}\n`)
  process.stdout.write(`written to ${path}\n`)
  if (!wanted.updateDocs) return
  await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8'), pageTable(result)))
  process.stdout.write('docs/performance.md has the new table\n')
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}
