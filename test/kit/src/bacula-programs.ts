// Debian's Bacula daemons: where they are, what they need to run, and an empty catalog.
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackedPeer } from './peers.ts'
import { run } from './run.ts'

const ROOT = unpackedPeer('bacula-director')
const LIBRARIES = join(ROOT, 'usr', 'lib', 'bacula')
const TABLES_SCRIPT = join(ROOT, 'usr', 'share', 'bacula-director', 'make_sqlite3_tables')

/** The packages without which no Bacula of a test runs; bacula-sd brings the libraries of others. */
export const BACULA_PEERS = ['bacula-director', 'bacula-sd', 'sqlite3'] as const

export type BaculaProgram = 'bacula-dir' | 'bacula-sd' | 'bacula-fd' | 'bconsole'

export function baculaProgram(name: BaculaProgram): string {
  return join(ROOT, 'usr', 'sbin', name)
}

/**
 * The environment in which the unpacked programs find their libraries. An installation points libbaccats, the catalog
 * library, at that of the database it was told; here `directory` gets this link.
 */
export async function baculaEnvironment(directory: string): Promise<NodeJS.ProcessEnv> {
  const links = join(directory, 'lib')
  await mkdir(links)
  for (const name of await readdir(LIBRARIES)) {
    const version = /^libbaccats-sqlite3(-\d.*)$/.exec(name)?.[1]
    if (version !== undefined)
      await symlink(join(LIBRARIES, name), join(links, `libbaccats${version}`))
  }
  return { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: `${links}:${LIBRARIES}` }
}

/** Makes an empty catalog named "catalog" in a Director's working directory, with the tables of Debian's script. */
export async function makeBaculaCatalog(workingDirectory: string): Promise<void> {
  const script = await readFile(TABLES_SCRIPT, 'utf8')
  const tables = /<<END-OF-DATA\n(.*)\nEND-OF-DATA/s.exec(script)?.[1]
  if (tables === undefined) throw new Error(`${TABLES_SCRIPT} holds no tables`)
  const made = await run(['sqlite3', '-bail', join(workingDirectory, 'catalog.db')], {
    input: tables,
  })
  if (made.exitCode !== 0) throw new Error(`no catalog for Bacula: ${made.stderr}`)
}
