// npm test: installs, builds, fetches the test peers, runs every test, and closes with plain totals.
// Arguments go to vitest: `npm test -- --project unit`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ensureInstalled, ROOT } from './ensure-installed.mjs'
import { pathWithSystemDirectories, setUpPeers } from './peers.mjs'

const REPORTS = join(ROOT, '.cache', 'test', String(process.pid))
const TOTALS = join(REPORTS, 'totals.json')
const SKIPS = join(REPORTS, 'skips.json')

const node = (args, env) =>
  spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })

function build() {
  const done = node([join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'], process.env)
  if (done.status !== 0) throw new Error('the build failed; no test was run')
}

function runVitest(absentPeers) {
  const env = {
    ...process.env,
    PATH: pathWithSystemDirectories(process.env.PATH),
    COFFER_ABSENT_PEERS: JSON.stringify(Object.fromEntries(absentPeers)),
  }
  const args = [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${TOTALS}`,
    `--reporter=${join(ROOT, 'scripts', 'skip-reporter.mjs')}`,
    ...process.argv.slice(2),
  ]
  return node(args, { ...env, COFFER_SKIP_REPORT: SKIPS })
}

function load(file, otherwise) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return otherwise
  }
}

/** Every suite with a skipped test: how many, and why. Tests left out by a name pattern do not count. */
function skippedSuites({ skips }) {
  if (process.argv.some((argument) => /^(-t|--testNamePattern)/.test(argument))) return new Map()
  const suites = new Map()
  for (const { file, suite, reason } of skips) {
    const key = `${file}: ${suite} (${reason ?? 'no reason given'})`
    suites.set(key, (suites.get(key) ?? 0) + 1)
  }
  return suites
}

/** A file that failed outside of its tests is one failure, and so is an error that no test caught. */
function countTotals({ testResults = [], ...report }, { unhandledErrors }) {
  const broken = testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + broken.length + unhandledErrors,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    broken,
  }
}

function printClosing(totals, skips, absentPeers) {
  console.log()
  for (const reason of absentPeers.values()) console.log(`absent: ${reason}`)
  for (const [suite, count] of skippedSuites(skips)) console.log(`skipped: ${suite}, ${count}`)
  for (const file of totals.broken) console.log(`failed to run: ${relative(ROOT, file.name)}`)
  if (skips.unhandledErrors > 0) console.log(`errors outside of tests: ${skips.unhandledErrors}`)
  if (totals.passed + totals.failed === 0) console.log('no test was run')
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
}

function main() {
  ensureInstalled()
  build()
  const absentPeers = setUpPeers()
  mkdirSync(REPORTS, { recursive: true })
  try {
    const done = runVitest(absentPeers)
    const skips = load(SKIPS, { skips: [], unhandledErrors: 0 })
    const totals = countTotals(load(TOTALS, {}), skips)
    printClosing(totals, skips, absentPeers)
    const ran = totals.passed + totals.failed > 0
    process.exitCode = done.status === 0 && totals.failed === 0 && ran ? 0 : 1
    if (process.env.COFFER_REQUIRE_PEERS && absentPeers.size > 0) process.exitCode = 1
  } finally {
    rmSync(REPORTS, { recursive: true, force: true })
  }
}

try {
  main()
} catch (error) {
  console.error(error.message)
  console.log('0 passed, 0 failed, 0 skipped')
  process.exitCode = 1
}
