// What every Job of this daemon is given.
import type { Bandwidth, Clock, MessageType } from '@coffer/core'
import type { CommandOptions, CommandResult, Log } from '@coffer/daemon'
import type { TlsDirectives } from '@coffer/wire'
import type { HookSettings } from '../hooks/job-hooks.ts'
import type { PkiKeys } from '../pki-keys.ts'
import type { JobBook } from './job-book.ts'

export interface JobPorts {
  /** Name of this daemon. */
  readonly daemon: string
  readonly clock: Clock
  readonly log: Log
  readonly book: JobBook
  readonly workingDirectory: string
  readonly tls: TlsDirectives
  readonly connectTimeoutMs: number
  /** Undefined for the default. */
  readonly keepaliveMs: number | undefined
  /** Reading threads of one Job; undefined for as many as the machine suggests. */
  readonly readers: number | undefined
  /** Types of messages that go to the Director. */
  readonly messageTypes: ReadonlySet<MessageType>
  /** "Debian GNU/Linux 12 (bookworm)". */
  readonly osName: string
  readonly hooks: HookSettings
  /** Keys of this client. */
  readonly pki: PkiKeys
  readonly bandwidth: Bandwidth
  readonly runCommand: (options: CommandOptions) => Promise<CommandResult>
}
