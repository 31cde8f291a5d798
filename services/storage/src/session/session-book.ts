// The sessions of this daemon: numbers that are unique on Volumes, who runs, who has ended, and each one's key.
import { CofferError, type Secret } from '@coffer/core'
import type { SessionKey } from '../volume/block.ts'
import type { BackupSession } from './backup-session.ts'
import type { RestoreSession } from './restore-session.ts'

export type RunningSession =
  | { readonly kind: 'backup'; readonly session: BackupSession }
  | { readonly kind: 'restore'; readonly session: RestoreSession }

export class SessionBook {
  /** VolSessionTime: when this daemon started, in seconds. */
  readonly sessionTime: number
  readonly #running = new Map<string, RunningSession>()
  #lastId = 0

  constructor(startedMs: number) {
    this.sessionTime = Math.floor(startedMs / 1000)
  }

  nextKey(): SessionKey {
    return { sessionId: ++this.#lastId, sessionTime: this.sessionTime }
  }

  /** `job` is the unique name: of each kind it may have one session, with one key. Throws `session-taken`. */
  add(job: string, running: RunningSession): void {
    const place = placeOf(running.kind, job)
    if (this.#running.has(place)) {
      throw new CofferError('session-taken', `Job "${job}" already has a session`)
    }
    this.#running.set(place, running)
  }

  remove(job: string, { kind }: RunningSession): void {
    this.#running.delete(placeOf(kind, job))
  }

  /** The secret with which a file daemon proves that it was sent by the Director; it dies with the session. */
  secretOf(job: string): Secret | undefined {
    const running =
      this.#running.get(placeOf('backup', job)) ?? this.#running.get(placeOf('restore', job))
    return running?.session.key
  }

  list(): readonly RunningSession[] {
    return [...this.#running.values()]
  }

  /** Throws `session-unknown`. */
  getBackup(job: string): BackupSession {
    const running = this.#running.get(placeOf('backup', job))
    if (running?.kind === 'backup') return running.session
    throw unknown(job)
  }

  /** Throws `session-unknown`. */
  getRestore(job: string): RestoreSession {
    const running = this.#running.get(placeOf('restore', job))
    if (running?.kind === 'restore') return running.session
    throw unknown(job)
  }
}

function placeOf(kind: RunningSession['kind'], job: string): string {
  return `${kind} ${job}`
}

function unknown(job: string): CofferError {
  return new CofferError('session-unknown', `there is no such session of Job "${job}"`)
}
