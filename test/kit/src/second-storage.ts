// A second storage daemon beside a host: its configuration, and the process.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { COFFER, type TestHost } from './host.ts'

/** The fourth port of a host, which nothing else uses. */
const PORT_OFFSET = 3

type Draft = Pick<TestHost, 'path' | 'edit' | 'portBase'>

/** The Storage "Other" of the Director. Start it before what needs it. */
export class SecondStorage {
  readonly volumes: string
  readonly #path: string
  #child: ChildProcess | undefined
  #log = ''

  private constructor(path: string) {
    this.#path = path
    this.volumes = join(path, 'volumes')
  }

  /** Writes its configuration and its resource of the Director; for `startHost`. */
  static async prepare(draft: Draft): Promise<SecondStorage> {
    const second = new SecondStorage(join(draft.path, 'second'))
    const port = draft.portBase + PORT_OFFSET
    await mkdir(second.volumes, { recursive: true })
    for (const name of ['state', 'storage.d']) await mkdir(join(second.#path, name))
    await draft.edit(
      'second/storage.d/all.conf',
      () => `
Storage { Name = other-sd; Address = localhost; Port = ${String(port)}
  Working Directory = "${join(second.#path, 'state')}"; Checkpoint Interval = 1 second }
Director { Name = coffer-dir; Password = "second secret" }
Device { Name = OtherDevice; Media Type = Other; Archive Device = "${second.volumes}"; Label Media = yes
  Random Access = yes; Maximum Concurrent Jobs = 10 }
Messages { Name = Standard; Director = coffer-dir = all }
`,
    )
    await draft.edit(
      'director.d/storage/Other.conf',
      () => `Storage { Name = Other; Address = localhost; Port = ${String(port)}; Password = "second secret"
  Device = OtherDevice; Media Type = Other; Maximum Concurrent Jobs = 10 }
`,
    )
    return second
  }

  /** `through` as that of TestHost. Resolves when it listens. */
  async start(through: readonly string[] = []): Promise<void> {
    const argv = [...through, process.execPath, COFFER, 'storage', '-f', '-c', this.#path]
    const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString()
      })
    }
    this.#child = child
    const gone = once(child, 'exit').then(() => {
      throw new Error(`the second storage daemon ended\n${this.#log}`)
    })
    await Promise.race([once(child, 'message'), gone])
    gone.catch(() => undefined)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
}
