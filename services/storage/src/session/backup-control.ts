// The Director's end of a backup session: questions that it answers, lines and commits that it takes.
import { CofferError, toCofferError } from '@coffer/core'
import type {
  BackupSessionCommand,
  BackupSessionEventInit,
  BackupSessionStart,
  Call,
  CommitInit,
  NeedVolumeInit,
  VolumeAnswer,
} from '@coffer/wire'
import { type Deferred, makeDeferred } from './deferred.ts'

type ControlCall = Call<BackupSessionEventInit, BackupSessionCommand>

/** The first command of a session. Throws `protocol-violation` when it is another. */
export async function receiveStart(call: ControlCall): Promise<BackupSessionStart> {
  const first = await call.receive()
  if (first?.command === 'start') return first.start
  throw new CofferError('protocol-violation', 'a backup session begins with "start"')
}

export class BackupControl {
  readonly #call: ControlCall
  readonly #commits = new Map<number, Deferred<void>>()
  readonly #answers: VolumeAnswer[] = []
  readonly #end: Deferred<void> = makeDeferred()
  readonly #lost = makeDeferred<CofferError>()
  #asking: Deferred<VolumeAnswer> | undefined
  #failure: CofferError | undefined

  constructor(call: ControlCall) {
    this.#call = call
  }

  /** Resolves when the Director says that the file daemon has ended. */
  get ended(): Promise<void> {
    return this.#end.promise
  }

  /** Resolves with the reason when the Director is gone or has canceled the Job. */
  get lost(): Promise<CofferError> {
    return this.#lost.promise
  }

  /** Set once the Director is gone. */
  get failure(): CofferError | undefined {
    return this.#failure
  }

  /** Takes commands until the Director ends its side. Never rejects: a failure shows in `lost`. */
  async listen(): Promise<void> {
    try {
      for (;;) {
        const command = await this.#call.receive()
        if (command === undefined) break
        this.#take(command)
      }
      this.#end.resolve()
    } catch (error) {
      this.fail(toCofferError(error))
    }
  }

  /** Everything that waits for the Director gives up. */
  fail(error: CofferError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#asking?.reject(error)
    for (const waiting of this.#commits.values()) waiting.reject(error)
    this.#lost.resolve(error)
  }

  async send(event: BackupSessionEventInit): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      await this.#call.send(event)
    } catch (error) {
      this.fail(toCofferError(error))
      throw error
    }
  }

  /** Asks for a Volume, or, without a question, waits for the answer that was promised. */
  async askVolume(needVolume?: NeedVolumeInit): Promise<VolumeAnswer> {
    const early = this.#answers.shift()
    if (early !== undefined && needVolume === undefined) return early
    if (needVolume !== undefined) this.#answers.length = 0
    const asking = makeDeferred<VolumeAnswer>()
    this.#asking = asking
    if (needVolume !== undefined) await this.send({ event: 'needVolume', needVolume })
    if (this.#failure !== undefined) throw this.#failure
    return asking.promise
  }

  /** Resolves when the Director has the commit in its Catalog. */
  async commit(commit: CommitInit & { readonly number: number }): Promise<void> {
    const waiting: Deferred<void> = makeDeferred()
    this.#commits.set(commit.number, waiting)
    await this.send({ event: 'commit', commit })
    await waiting.promise
    this.#commits.delete(commit.number)
  }

  #take(command: BackupSessionCommand): void {
    switch (command.command) {
      case 'volume':
        if (this.#asking === undefined) this.#answers.push(command.volume)
        else this.#asking.resolve(command.volume)
        this.#asking = undefined
        break
      case 'committed':
        this.#commits.get(command.committed.number)?.resolve()
        break
      case 'end':
        this.#end.resolve()
        break
      case 'start':
        throw new CofferError('protocol-violation', 'a backup session was started twice')
    }
  }
}
