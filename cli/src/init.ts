// `coffer init DIR`: writes a complete configuration for one host, with passwords of its own.
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { CofferError } from '@coffer/core'
import { type InitFacts, initFiles } from './init-templates.ts'

const SECRET_BYTES = 32
const HIGHEST_PORT_BASE = 65_532

/** What `coffer init` writes besides the configuration files. */
const DIRECTORIES = ['state/director', 'state/storage', 'state/filed', 'volumes', 'restored'] as const

/**
 * Writes the configuration into `directory`, which must be absent or empty.
 * Ports: Director at `portBase`, File daemon + 1, storage + 2, HTTP + 3.
 * Throws `init-not-empty` and `init-bad-port`.
 */
export async function initialise(directory: string, portBase: number): Promise<InitFacts> {
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > HIGHEST_PORT_BASE) {
    throw new CofferError(
      'init-bad-port',
      `"${String(portBase)}" is no port base: it must be a number from 1 to ${String(HIGHEST_PORT_BASE)}`,
    )
  }
  const facts: InitFacts = {
    directory: resolve(directory),
    portBase,
    host: hostname(),
    secrets: { console: newSecret(), storage: newSecret(), filed: newSecret() },
  }
  await refuseUnlessEmpty(facts.directory)
  for (const name of DIRECTORIES) {
    await mkdir(join(facts.directory, name), { recursive: true })
  }
  for (const [name, text] of initFiles(facts)) {
    const path = join(facts.directory, name)
    await mkdir(dirname(path), { recursive: true, mode: 0o750 })
    await writeFile(path, text, { mode: 0o640, flag: 'wx' })
    await chmod(path, 0o640)
  }
  return facts
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

async function refuseUnlessEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  if (names.length > 0) {
    throw new CofferError('init-not-empty', `"${directory}" is not empty, nothing was written`)
  }
}
