// Debian's Bacula daemons: where they are, what they need to run, and an empty catalog.
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackedPeer } from './peers.ts'
import { run } from './run.ts'

/** Which database its Director was built for. */
export type BaculaFlavour = 'sqlite3' | 'postgresql'

/** Where the packages of a flavour are unpacked. */
const ROOTS: Readonly<Record<BaculaFlavour, string>> = {
  sqlite3: unpackedPeer('bacula-director'),
  postgresql: unpackedPeer('bacula-director-pgsql'),
}

/** The packages without which no Bacula of a test runs; bacula-sd brings the libraries of others. */
export const BACULA_PEERS = ['bacula-director', 'bacula-sd', 'sqlite3'] as const

export type BaculaProgram = 'bacula-dir' | 'bacula-sd' | 'bacula-fd' | 'bconsole'

export function baculaProgram(name: BaculaProgram, flavour: BaculaFlavour): string {
  return join(ROOTS[flavour], 'usr', 'sbin', name)
}

/**
 * The environment in which the unpacked programs find their libraries. An installation points libbaccats, the catalog
 * library, at that of the database it was told; here `directory` gets this link.
 */
export async function baculaEnvironment(
  directory: string,
  flavour: BaculaFlavour,
): Promise<NodeJS.ProcessEnv> {
  const libraries = join(ROOTS[flavour], 'usr', 'lib', 'bacula')
  const links = join(directory, 'lib')
  const prefix = `libbaccats-${flavour}`
  await mkdir(links)
  for (const name of await readdir(libraries)) {
    if (!/^-\d/.test(name.slice(prefix.length)) || !name.startsWith(prefix)) continue
    await symlink(join(libraries, name), join(links, `libbaccats${name.slice(prefix.length)}`))
  }
  return { ...process.env, LC_ALL: 'C', LD_LIBRARY_PATH: `${links}:${libraries}` }
}

/** The statements that make a catalog's tables, of Debian's script. */
export async function baculaTables(flavour: BaculaFlavour): Promise<string> {
  const script = join(ROOTS[flavour], 'usr', 'share', 'bacula-director', `make_${flavour}_tables`)
  const text = await readFile(script, 'utf8')
  const tables = /<<END-OF-DATA\n(.*)\nEND-OF-DATA/s.exec(text)?.[1]
  if (tables === undefined) throw new Error(`${script} holds no tables`)
  return tables
}

/** Makes an empty catalog named "catalog" in a Director's working directory, with the tables of Debian's script. */
export async function makeBaculaCatalog(workingDirectory: string): Promise<void> {
  const made = await run(['sqlite3', '-bail', join(workingDirectory, 'catalog.db')], {
    input: await baculaTables('sqlite3'),
  })
  if (made.exitCode !== 0) throw new Error(`no catalog for Bacula: ${made.stderr}`)
}
