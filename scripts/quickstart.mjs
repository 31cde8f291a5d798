// npm run quickstart: installs, builds, starts the three daemons on a Catalog of their own, backs up and restores a
// sample, compares, and opens the console. Without a terminal it stops everything after the comparison and exits 0, or
// 1 with the difference.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, ROOT } from './ensure-installed.mjs'
import { compareTrees, makeSample } from './quickstart-sample.mjs'

const COFFER = join(ROOT, 'cli', 'bin', 'coffer')
const PORTS_OF_A_HOST = 4
const PORT_BASES = Array.from({ length: 200 }, (_, i) => 9101 + i * 10)

const say = (text) => process.stdout.write(`${text}\n`)

function coffer(args, { input, stdio } = {}) {
  return spawnSync(process.execPath, [COFFER, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    input,
    stdio: stdio ?? ['pipe', 'pipe', 'inherit'],
  })
}

function must(args, options) {
  const done = coffer(args, options)
  if (done.status !== 0) throw new Error(`coffer ${args[0]} failed\n${done.stdout ?? ''}`)
  return done.stdout
}

function build() {
  ensureInstalled()
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const done = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, stdio: 'inherit' })
  if (done.status !== 0) throw new Error('the build failed')
}

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, 'localhost', () => server.close(() => resolve(true)))
  })

async function findPortBase() {
  for (const base of PORT_BASES) {
    const ports = Array.from({ length: PORTS_OF_A_HOST }, (_, i) => base + i)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return base
  }
  throw new Error('no four free ports in a row from 9101 on')
}

/** The FileSet of a new configuration, pointed at the sample. */
function aim(directory, sample) {
  const path = join(directory, 'director.d', 'fileset', 'SelfTest.conf')
  writeFileSync(path, readFileSync(path, 'utf8').replace('/usr/sbin', sample))
}

function backUpAndRestore(directory, where) {
  const lines = [
    'run job=backup-coffer-fd level=Full yes',
    'wait',
    'messages',
    `restore client=coffer-fd fileset=SelfTest where=${where} select all done yes`,
    'wait',
    'messages',
    'quit',
  ]
  const said = must(['console', '-c', directory], { input: `${lines.join('\n')}\n` })
  const endings = [...said.matchAll(/Termination: +(.+)/g)].map((match) => match[1])
  const good = ['Backup OK', 'Restore OK']
  if (endings.length === 2 && endings.every((text, i) => text === good[i])) return
  throw new Error(`the Jobs did not end as they should:\n${said}`)
}

async function demonstrate(directory, base) {
  const host = join(directory, 'host')
  const sample = join(directory, 'sample')
  const where = join(directory, 'restored')
  must(['init', host, '--port-base', String(base)])
  say(`Wrote a configuration:      ${host}`)
  aim(host, makeSample(sample))
  must(['up', host, '--detach'])
  say(`Started three daemons:      ports ${base} to ${base + 2}, and a PostgreSQL of their own`)
  backUpAndRestore(host, where)
  say(`Backed up a sample:         ${sample}`)
  say(`Restored it elsewhere:      ${where}`)
  const differences = compareTrees(sample, join(where, sample))
  if (differences.length > 0) throw new Error(`they differ:\n${differences.join('\n')}`)
  say('Compared both:              content, modes, times and links are the same')
  return host
}

function openConsole(host) {
  say(`\nThis is the console. Try: status dir, list jobs, list volumes, help, quit.\n`)
  coffer(['console', '-c', host], { stdio: 'inherit' })
  say(`\nThe daemons go on.`)
  say(`Console: npx coffer console -c ${host}`)
  say(`Stop:    npx coffer down ${host}`)
  say('Next:    docs/operations.md')
}

build()
const base = await findPortBase()
const directory = mkdtempSync(join(tmpdir(), 'coffer-quickstart-'))
// The embedded PostgreSQL of root runs as another user and must pass through.
chmodSync(directory, 0o755)
mkdirSync(join(directory, 'host'))
try {
  const host = await demonstrate(directory, base)
  if (process.stdin.isTTY === true) openConsole(host)
  else {
    must(['down', host])
    rmSync(directory, { recursive: true, force: true })
    say('Stopped everything, as there is no terminal. Your own: npx coffer init DIR')
  }
} catch (error) {
  coffer(['down', join(directory, 'host')])
  process.stderr.write(`quickstart: ${error.message}\nWhat it wrote is in ${directory}\n`)
  process.exitCode = 1
}
