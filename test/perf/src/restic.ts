// restic, one process for each run: no daemons and no catalog to compare, but the field's measure of speed.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run, unpackedPeer } from '@coffer/test-kit'

const PROGRAM = join(unpackedPeer('restic'), 'usr', 'bin', 'restic')
const TIMEOUT_MS = 600_000

export class Restic {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = join(directory, 'restic')
  }

  /** An empty repository in the place of the last one. */
  async renew(): Promise<void> {
    await this.drop()
    await mkdir(this.#directory, { recursive: true })
    await this.#restic('init')
  }

  async backUp(tree: string, compression: 'off' | 'auto'): Promise<void> {
    await this.#restic('backup', '--compression', compression, tree)
  }

  async restore(where: string): Promise<void> {
    await this.#restic('restore', 'latest', '--target', where)
  }

  async version(): Promise<string> {
    const said = await run([PROGRAM, 'version'])
    return /restic (\S+)/.exec(said.stdout)?.[1] ?? ''
  }

  async drop(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true })
  }

  async #restic(...words: readonly string[]): Promise<void> {
    const argv = [PROGRAM, '-q', '-r', join(this.#directory, 'repository'), ...words]
    const env = {
      ...process.env,
      RESTIC_PASSWORD: 'of-a-benchmark',
      RESTIC_CACHE_DIR: join(this.#directory, 'cache'),
    }
    const { exitCode, stderr } = await run(argv, { env, timeoutMs: TIMEOUT_MS })
    if (exitCode !== 0) throw new Error(`restic ${words[0] ?? ''} failed\n${stderr}`)
  }
}
