// Foreign programs that tests talk to or compare with, and how a Debian machine gets them.
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './ensure-installed.mjs'

/** A peer's name is its Debian package; it is there when all of its commands are. */
const PEERS = [
  { name: 'bacula-sd', commands: ['bls', 'bextract'] },
  { name: 'acl', commands: ['getfacl', 'setfacl'] },
  { name: 'attr', commands: ['getfattr', 'setfattr'] },
  { name: 'rsync', commands: ['rsync'] },
  { name: 'zstd', commands: ['zstd'] },
  { name: 'expect', commands: ['expect'] },
  { name: 'tmux', commands: ['tmux'] },
  { name: 'sqlite3', commands: ['sqlite3'] },
  { name: 'nsca', commands: ['nsca'] },
  { name: 'nagios4-core', commands: ['nagios4'] },
  { name: 'icinga2-bin', commands: ['icinga2'] },
]

/**
 * Peers that are unpacked below `.cache/peers/NAME` and run from there. Installed, a Director would bring a mail server
 * along, set up a database and start with the machine.
 */
const UNPACKED_PEERS = [
  {
    name: 'bacula-director',
    packages: [
      'bacula-common',
      'bacula-common-sqlite3',
      'bacula-console',
      'bacula-director',
      'bacula-director-sqlite3',
      'bacula-fd',
      'bacula-sd',
    ],
    files: [
      'usr/sbin/bacula-dir',
      'usr/sbin/bacula-sd',
      'usr/sbin/bacula-fd',
      'usr/sbin/bconsole',
      'usr/share/bacula-director/make_sqlite3_tables',
    ],
  },
]

/** What `npm run bench` compares with, besides. restic is one static program. */
const BENCH_PEERS = [
  {
    name: 'bacula-director-pgsql',
    packages: [
      'bacula-common',
      'bacula-common-pgsql',
      'bacula-console',
      'bacula-director',
      'bacula-director-pgsql',
      'bacula-fd',
      'bacula-sd',
    ],
    files: [
      'usr/sbin/bacula-dir',
      'usr/sbin/bacula-sd',
      'usr/sbin/bacula-fd',
      'usr/sbin/bconsole',
      'usr/share/bacula-director/make_postgresql_tables',
    ],
  },
  { name: 'restic', packages: ['restic'], files: ['usr/bin/restic'] },
]
/** Libraries that the unpacked Bacula needs: bacula-sd brings most of them. */
const BENCH_LIBRARIES = [
  { name: 'bacula-sd', commands: ['bls'] },
  { name: 'libpq5', commands: [], library: 'libpq.so.5' },
]
const UNPACKED = join(ROOT, '.cache', 'peers')

const POLICY = '/usr/sbin/policy-rc.d'
const APT_OPTIONS = [
  '-o',
  'Acquire::http::Timeout=20',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'DPkg::Lock::Timeout=120',
]

// Debian keeps the Bacula tools where only root's PATH leads.
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** PATH with the system directories, for the tests as well as for the search below. */
export function pathWithSystemDirectories(path = '/usr/bin:/bin') {
  const present = path.split(':')
  return [...present, ...SYSTEM_DIRECTORIES.filter((dir) => !present.includes(dir))].join(':')
}

/**
 * Fetches the peers that are absent if this process may, and returns the ones that are still absent, each with the
 * reason. It never throws: tests that need an absent peer skip.
 *
 * @returns {Map<string, string>}
 */
export function setUpPeers() {
  return new Map([...setUpInstalled(PEERS), ...setUpUnpacked(UNPACKED_PEERS)])
}

/**
 * The same for the peers of the benchmark.
 *
 * @returns {Map<string, string>}
 */
export function setUpBenchPeers() {
  return new Map([...setUpInstalled(BENCH_LIBRARIES), ...setUpUnpacked(BENCH_PEERS)])
}

function setUpInstalled(peers) {
  const absent = peers.filter((peer) => !isPresent(peer)).map((peer) => peer.name)
  if (absent.length === 0) return []
  const obstacle = whyNoFetch() ?? whyNoInstall() ?? install(absent)
  const still = peers.filter((peer) => !isPresent(peer)).map((peer) => peer.name)
  return still.map((name) => [
    name,
    `${name} is not installed: ${obstacle ?? 'its package lacks the command'}`,
  ])
}

function setUpUnpacked(peers) {
  return peers
    .filter((peer) => !isUnpacked(peer))
    .flatMap((peer) => {
      const obstacle = whyNoFetch() ?? unpack(peer)
      return obstacle && !isUnpacked(peer)
        ? [[peer.name, `${peer.name} is not unpacked: ${obstacle}`]]
        : []
    })
}

function isUnpacked({ name, files }) {
  return files.every((file) => existsSync(join(UNPACKED, name, file)))
}

function isPresent({ commands, library }) {
  if (library !== undefined && !hasLibrary(library)) return false
  const directories = pathWithSystemDirectories(process.env.PATH).split(':')
  return commands.every((command) => directories.some((dir) => isExecutable(join(dir, command))))
}

function hasLibrary(name) {
  const found = spawnSync('ldconfig', ['-p'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: pathWithSystemDirectories(process.env.PATH) },
  })
  return (found.stdout ?? '').includes(`${name} `)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function whyNoFetch() {
  if (process.env.COFFER_NO_PEERS) return 'COFFER_NO_PEERS is set'
  if (!isDebian()) return 'this is not Debian'
  return undefined
}

function whyNoInstall() {
  return process.getuid?.() === 0 ? undefined : 'this is not root'
}

function isDebian() {
  return existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version')
}

/** Why the installation failed, or undefined. */
function install(names) {
  console.error(`installing test peers: ${names.join(' ')} …`)
  const removePolicy = forbidServiceStart()
  try {
    return withPackageLists(() =>
      apt('apt-get', [...APT_OPTIONS, '-y', '-q', '--no-install-recommends', 'install', ...names]),
    )
  } finally {
    removePolicy()
  }
}

/** Why the packages of a peer could not be unpacked, or undefined. */
function unpack({ name, packages, files }) {
  console.error(`unpacking test peer: ${name} …`)
  mkdirSync(UNPACKED, { recursive: true })
  const staging = mkdtempSync(join(UNPACKED, `${name}-`))
  try {
    const fault = withPackageLists(() =>
      apt('apt-get', [...APT_OPTIONS, '-q', 'download', ...packages], staging),
    )
    if (fault) return fault
    const root = join(staging, 'root')
    for (const file of readdirSync(staging).filter((entry) => entry.endsWith('.deb'))) {
      const torn = apt('dpkg-deb', ['-x', file, root], staging)
      if (torn) return torn
    }
    const missing = files.find((file) => !existsSync(join(root, file)))
    if (missing) return `its packages lack ${missing}`
    rmSync(join(UNPACKED, name), { recursive: true, force: true })
    renameSync(root, join(UNPACKED, name))
    return undefined
  } catch (error) {
    return error.message
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

// A container image carries no package lists.
function withPackageLists(fetch) {
  const first = fetch()
  if (first === undefined) return undefined
  return apt('apt-get', [...APT_OPTIONS, '-y', '-q', 'update']) ?? fetch()
}

// A package that brings a daemon would start it. Returns what undoes this.
function forbidServiceStart() {
  if (existsSync(POLICY)) return () => undefined
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => rmSync(POLICY, { force: true })
}

/** Why the command failed, or undefined. */
function apt(command, args, cwd) {
  const done = spawnSync(command, args, {
    cwd,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 300_000,
  })
  if (done.status === 0) return undefined
  const lines = `${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n')
  const said = lines.find((line) => line.startsWith('E: ')) ?? done.error?.message ?? lines.at(-1)
  return `${command} failed (${said})`
}
