// The thread that writes the files of one restore.
import { parentPort, workerData } from 'node:worker_threads'
import { CofferError, encodePath, messageOf, recordsOf } from '@coffer/core'
import {
  createRestorer,
  formatListLine,
  KeyRing,
  localAccounts,
  prepareZstd,
  type RestoredFile,
  type RestoreProblem,
  type Restorer,
} from '@coffer/files'
import { Mailbox, WorkCancelled } from '../backup/mailbox.ts'
import type { RestoreInput, RestoreOutput, RestoreReport, RestoreThreadData } from './messages.ts'

class RestoreThread {
  readonly #mailbox: Mailbox<RestoreInput>
  readonly #restorer: Restorer
  readonly #accounts = localAccounts()
  #problems: RestoreProblem[] = []
  #restored: string[] = []

  constructor(data: RestoreThreadData) {
    const { mailbox, listRestored, keys, ...options } = data
    this.#mailbox = new Mailbox(mailbox)
    this.#restorer = createRestorer({
      ...options,
      keys: keys === undefined ? undefined : new KeyRing(keys),
      report: (problem) => this.#problems.push(problem),
      ...(listRestored ? { restored: (file: RestoredFile) => this.#list(file) } : {}),
    })
  }

  run(): void {
    try {
      for (;;) {
        const input = this.#mailbox.receive()
        if (input.kind === 'end') break
        this.#restore(input)
      }
    } catch (error) {
      if (!(error instanceof WorkCancelled)) throw error
      this.#restorer.abort()
      post({ kind: 'end', ...this.#report() })
      return
    }
    this.#restorer.end()
    post({ kind: 'end', ...this.#report() })
  }

  #restore({ buffer, usedBytes }: Extract<RestoreInput, { kind: 'batch' }>): void {
    for (const record of recordsOf(new Uint8Array(buffer, 0, usedBytes))) {
      this.#mailbox.checkCancelled()
      this.#restorer.accept(record)
    }
    post({ kind: 'batch', buffer, ...this.#report() }, [buffer])
  }

  #report(): RestoreReport {
    const problems = this.#problems
    const restored = this.#restored
    this.#problems = []
    this.#restored = []
    const { totals, current } = this.#restorer
    return { totals, problems, restored, current: encodePath(current) }
  }

  #list({ path, attributes }: RestoredFile): void {
    const { stat, link } = attributes
    const line = { ...stat, path, link, sizeBytes: stat.size }
    this.#restored.push(formatListLine(line, this.#accounts))
  }
}

function post(message: RestoreOutput, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

try {
  await prepareZstd()
  new RestoreThread(workerData as RestoreThreadData).run()
} catch (error) {
  const code = error instanceof CofferError ? error.code : ''
  post({ kind: 'failed', code, text: messageOf(error) })
}
