// npm run dev: the three daemons in the foreground with a configuration that stays, in .cache/dev; builds first.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, ROOT } from './ensure-installed.mjs'

const DIRECTORY = join(ROOT, '.cache', 'dev')
const PORT_BASE = '19101'

const node = (...args) =>
  spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1

const coffer = join(ROOT, 'cli', 'bin', 'coffer')

ensureInstalled()
let status = node(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b')
if (status === 0 && !existsSync(DIRECTORY)) {
  status = node(coffer, 'init', DIRECTORY, '--port-base', PORT_BASE)
}
if (status === 0) status = node(coffer, 'up', DIRECTORY)
process.exitCode = status
