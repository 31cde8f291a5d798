// Foreign programs that tests talk to or compare with, and how a Debian machine gets them.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A peer's name is its Debian package; it is there when all of its commands are. */
const PEERS = [
  { name: 'bacula-sd', commands: ['bls', 'bextract'] },
  { name: 'acl', commands: ['getfacl', 'setfacl'] },
  { name: 'attr', commands: ['getfattr', 'setfattr'] },
  { name: 'rsync', commands: ['rsync'] },
  { name: 'zstd', commands: ['zstd'] },
  { name: 'expect', commands: ['expect'] },
]

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
 * Installs the peers that are absent if this process may, and returns the ones that are still absent,
 * each with the reason. It never throws: tests that need an absent peer skip.
 *
 * @returns {Map<string, string>}
 */
export function setUpPeers() {
  const absent = PEERS.filter((peer) => !isPresent(peer)).map((peer) => peer.name)
  if (absent.length === 0) return new Map()
  const obstacle = whyNoInstall() ?? install(absent)
  const still = PEERS.filter((peer) => !isPresent(peer)).map((peer) => peer.name)
  const reason = (name) =>
    `${name} is not installed: ${obstacle ?? 'its package lacks the command'}`
  return new Map(still.map((name) => [name, reason(name)]))
}

function isPresent({ commands }) {
  const directories = pathWithSystemDirectories(process.env.PATH).split(':')
  return commands.every((command) => directories.some((dir) => isExecutable(join(dir, command))))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function whyNoInstall() {
  if (process.env.COFFER_NO_PEERS) return 'COFFER_NO_PEERS is set'
  if (!isDebian()) return 'this is not Debian'
  if (process.getuid?.() !== 0) return 'this is not root'
  return undefined
}

function isDebian() {
  return existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version')
}

/** Why the installation failed, or undefined. */
function install(names) {
  console.error(`installing test peers: ${names.join(' ')} …`)
  const removePolicy = forbidServiceStart()
  try {
    const first = aptGet('install', ...names)
    if (first === undefined) return undefined
    // A container image carries no package lists.
    return aptGet('update') ?? aptGet('install', ...names)
  } finally {
    removePolicy()
  }
}

// A package that brings a daemon would start it. Returns what undoes this.
function forbidServiceStart() {
  if (existsSync(POLICY)) return () => undefined
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => rmSync(POLICY, { force: true })
}

function aptGet(verb, ...names) {
  const args = [...APT_OPTIONS, '-y', '-q', verb]
  if (verb === 'install') args.push('--no-install-recommends', ...names)
  const done = spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 300_000,
  })
  if (done.status === 0) return undefined
  const lines = `${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n')
  const said = lines.find((line) => line.startsWith('E: ')) ?? done.error?.message ?? lines.at(-1)
  return `apt-get ${verb} failed (${said})`
}
