// Completes package-lock.json: a registry mirror may lack packages for other platforms, npm then leaves
// them out, and `npm ci` refuses such a lock file everywhere. With --check, fails when one is left out.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LOCK = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json')

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony']
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32']

/** What a platform package's name says of where it runs: `@oxc-parser/binding-linux-x64-musl`. */
function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-')
  const os = [...SYSTEMS, 'win32'].find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor))
  const libc = ['musl', 'musleabihf'].some((word) => words.includes(word))
    ? 'musl'
    : ['gnu', 'gnueabihf'].some((word) => words.includes(word)) && 'glibc'
  if (!os || !cpu) return undefined
  return { os: [os], cpu: [cpu], libc: libc ? [libc] : undefined }
}

/** The entries that locked packages want and the lock file lacks, by path. */
function findMissing(packages) {
  const missing = new Map()
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(packages, path, name)) continue
      const platform = platformOf(name)
      if (!platform || !/^\d+\.\d+\.\d+/.test(version))
        throw new Error(`${name} ${version} is not in the lock file`)
      const { os, cpu, libc } = platform
      // In npm's own order, so that the next `npm install` leaves the file alone.
      missing.set(`node_modules/${name}`, {
        version,
        cpu,
        dev: entry.dev,
        libc,
        optional: true,
        os,
      })
    }
  }
  return missing
}

function isLocked(packages, path, name) {
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at}/node_modules/${name}`]) return true
  }
  return packages[`node_modules/${name}`] !== undefined
}

const byPath = ([a], [b]) => (a === '' ? -1 : b === '' ? 1 : a.localeCompare(b, 'en'))

const lock = JSON.parse(readFileSync(LOCK, 'utf8'))
const missing = findMissing(lock.packages)
if (missing.size > 0 && process.argv.includes('--check')) {
  console.log([...missing.keys()].join('\n'))
  console.log('package-lock.json lacks these: run `node scripts/complete-lock.mjs` and commit it')
  process.exitCode = 1
} else if (missing.size > 0) {
  lock.packages = Object.fromEntries([...Object.entries(lock.packages), ...missing].sort(byPath))
  writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`added ${missing.size} packages of other platforms`)
}
