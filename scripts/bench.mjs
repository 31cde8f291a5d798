// npm run bench: installs, builds, fetches Bacula and restic, and runs the benchmark of test/perf.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, ROOT } from './ensure-installed.mjs'
import { pathWithSystemDirectories, setUpBenchPeers } from './peers.mjs'

const args = process.argv.slice(2)
const isShort = args.some((word) => ['--alone', '--help', '-h', '--list'].includes(word))

function main() {
  ensureInstalled()
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const built = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, stdio: 'inherit' })
  if (built.status !== 0) throw new Error('the build failed; nothing was measured')
  const absent = isShort ? new Map() : setUpBenchPeers()
  const done = spawnSync(process.execPath, [join(ROOT, 'test/perf/dist/main.js'), ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: pathWithSystemDirectories(process.env.PATH),
      COFFER_ABSENT_PEERS: JSON.stringify(Object.fromEntries(absent)),
    },
  })
  process.exitCode = done.status ?? 1
}

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
