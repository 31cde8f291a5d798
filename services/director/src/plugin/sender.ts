// The contract of what reports the end of a Job to another system.
import type { EndedJob } from './ended-job.ts'
import type { SenderOptions } from './sender-options.ts'

/** A configured sender. */
export interface Sender {
  /** For messages: `NSCA at "icinga:5667"`. */
  readonly target: string
  readonly timeoutMs: number
  /**
   * Delivers one result. Rejects with what went wrong, in words that name no secret.
   * @throws CofferError plugin-option when an option that it needs was not given
   */
  send(ended: EndedJob, signal: AbortSignal): Promise<void>
}

/** A kind of sender: what it is called, and how its options make one. */
export interface SenderKind {
  /** The plugin's name in a definition: "nsca". */
  readonly name: string
  /** Bareos's module that does the same: definitions that name it work as they stand. */
  readonly moduleName: string | undefined
  readonly about: string
  /** @throws CofferError plugin-option */
  make(options: SenderOptions): Sender
}
