// What Jobs need of the rest of the Director, as narrow interfaces; director-service.ts plugs the real ones in.
import type { Clock, JobStatusLetter } from '@coffer/core'
import type { CommandOptions, CommandResult, Log } from '@coffer/daemon'
import type { FileDaemonCalls, StorageDaemonCalls } from '@coffer/wire'
import type { Catalog } from '../catalog/catalog.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { LogMessage } from '../messages/message-line.ts'
import type { ActiveJob } from './active-job.ts'
import type { ProductInfo } from './report.ts'
import type { JobRequest } from './request.ts'
import type { VolumeDesk } from './volume-desk.ts'

/** The way to another daemon. Connections are kept and shared between Jobs. */
export interface DaemonLink<Calls> {
  readonly calls: Calls
  readonly host: string
  readonly port: number
  /** For error texts: 'storage daemon "File"'. */
  readonly peerName: string
  /**
   * Connects and authenticates when that has not been done, trying again for as long as the configuration allows.
   * Returns the cipher, "TLS_AES_256_GCM_SHA384 TLSv1.3".
   */
  connect(signal: AbortSignal, onRetry: (error: unknown) => Promise<void>): Promise<string>
}

/** Links by resource name. Both throw `job-resource-missing`. */
export interface PeerLinks {
  storage(config: DirectorConfig, name: string): DaemonLink<StorageDaemonCalls>
  filed(config: DirectorConfig, name: string): DaemonLink<FileDaemonCalls>
}

/** Runs a program without a shell. */
export type CommandRunner = (options: CommandOptions) => Promise<CommandResult>

export interface ConsoleRun {
  /** The command's line, as it would be typed. */
  readonly text: string
  /** Commands that may be run: those that RunScript may have, or `run` for the Run directive. */
  readonly allowed: 'script' | 'run'
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

export interface JobPorts {
  readonly clock: Clock
  /** The program's own log, not that of a Job. */
  readonly log: Log
  readonly catalog: Catalog
  readonly links: PeerLinks
  readonly desk: VolumeDesk
  readonly product: ProductInfo
  readonly runCommand: CommandRunner
  /** Queues a further Job; resolves with its JobId. */
  readonly submit: (request: JobRequest) => Promise<number>
  /** All Jobs that have not ended. */
  readonly active: () => readonly ActiveJob[]
  /** A unique name for a further row of the Job resource. */
  readonly nameJob: (jobName: string) => string
  /** Runs a console command that nobody can answer. Resolves with why it failed; undefined when it did not. */
  readonly runConsole: (run: ConsoleRun) => Promise<string | undefined>
  /** Of the Director. */
  readonly processId: number
  /** A fresh secret for one Job: 32 random bytes in hex. */
  readonly mintKey: () => string
  /** Routes a message by the Messages resource of that name. Resolves when more may come. */
  readonly deliver: (config: DirectorConfig, messages: string, message: LogMessage) => Promise<void>
  /** The Job has ended: its mails may go. */
  readonly endMessages: (job: ActiveJob, status: JobStatusLetter) => void
  /** Resolves when every destination holds what was delivered. */
  readonly flushMessages: () => Promise<void>
  /** For failures that no Job log can hold: the Catalog refused the end of a Job. */
  readonly onTrouble: (error: unknown, what: string) => void
}
