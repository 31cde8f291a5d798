// `coffer init DIR`: writes a complete configuration for one host, with passwords of its own.
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CofferError } from '@coffer/core'

const SECRET_BYTES = 32
const HIGHEST_PORT_BASE = 65_532
const TEMPLATE = fileURLToPath(new URL('../template', import.meta.url))

/** What `coffer init` makes besides the configuration files. */
const DIRECTORIES = [
  'state/director',
  'state/storage',
  'state/filed',
  'volumes',
  'restored',
] as const

/**
 * Writes the files of `cli/template` into `directory`, which must be absent or empty, and returns its absolute path.
 * Ports: Director at `portBase`, file daemon + 1, storage + 2, HTTP + 3.
 * Throws `init-not-empty` and `init-bad-port`.
 */
export async function initialise(directory: string, portBase: number): Promise<string> {
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > HIGHEST_PORT_BASE) {
    throw new CofferError(
      'init-bad-port',
      `this is no port base: it must be a number from 1 to ${String(HIGHEST_PORT_BASE)}`,
    )
  }
  const path = resolve(directory)
  await refuseUnlessEmpty(path)
  for (const name of DIRECTORIES) await mkdir(join(path, name), { recursive: true })
  const facts = factsOf(path, portBase)
  for (const name of await templateFiles()) {
    const text = await readFile(join(TEMPLATE, name), 'utf8')
    await writePrivate(join(path, name), fill(text, facts))
  }
  return path
}

function factsOf(directory: string, portBase: number): ReadonlyMap<string, string> {
  return new Map([
    ['directory', directory],
    ['host', hostname()],
    ['directorPort', String(portBase)],
    ['filedPort', String(portBase + 1)],
    ['storagePort', String(portBase + 2)],
    ['consoleSecret', newSecret()],
    ['filedSecret', newSecret()],
    ['storageSecret', newSecret()],
  ])
}

/** Replaces every `@name@` of a template; a name without a fact is a defect of the template. */
function fill(text: string, facts: ReadonlyMap<string, string>): string {
  return text.replace(/@(\w+)@/g, (_whole, name: string) => {
    const value = facts.get(name)
    if (value === undefined)
      throw new CofferError('internal-bug', `no fact "${name}" for a template`)
    return value
  })
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

async function templateFiles(): Promise<string[]> {
  const entries = await readdir(TEMPLATE, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(TEMPLATE.length + 1))
    .sort()
}

async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 })
  await writeFile(path, text, { mode: 0o640, flag: 'wx' })
}

async function refuseUnlessEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  if (names.length > 0) {
    throw new CofferError('init-not-empty', `"${directory}" is not empty, nothing was written`)
  }
}
