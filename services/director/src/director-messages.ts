// The Director's messages: what Messages resources say, put together with the ways out of the process.
import { type Clock, type JobStatusLetter, type MessageType, messageOf } from '@coffer/core'
import type { Log } from '@coffer/daemon'
import type { LogCatalog } from './catalog/log.ts'
import type { DirectorConfig } from './config/load.ts'
import type { ActiveJob } from './job/active-job.ts'
import { isSuccess } from './job/outcome.ts'
import type { CommandRunner } from './job/ports.ts'
import { fillCodes } from './job/script-codes.ts'
import type { ConsoleQueue } from './messages/console-queue.ts'
import { MailRoom, type MailSubject } from './messages/mail-room.ts'
import { lineText, type LogMessage } from './messages/message-line.ts'
import { MessageRouter } from './messages/router.ts'
import { sendMail } from './messages/smtp.ts'
import { writeSyslog } from './messages/syslog.ts'

export interface DirectorMessagesOptions {
  readonly clock: Clock
  readonly log: Log
  readonly catalogLog: LogCatalog
  readonly run: CommandRunner
  readonly config: () => DirectorConfig
  /** A Job that has not ended. */
  readonly activeJob: (jobId: number) => ActiveJob | undefined
}

const SYSLOG_SOCKET = '/dev/log'

export class DirectorMessages {
  readonly #options: DirectorMessagesOptions
  readonly #router: MessageRouter
  readonly #mail: MailRoom

  constructor(options: DirectorMessagesOptions) {
    this.#options = options
    const { clock, log, run } = options
    this.#mail = new MailRoom({
      clock,
      send: sendMail,
      run,
      subjectOf: (jobId) => this.#subjectOf(jobId),
      onTrouble: (text) => {
        log.error({ text }, 'mail trouble')
        this.#tellConsoles('error', text)
      },
    })
    this.#router = new MessageRouter({
      catalogLog: options.catalogLog,
      mail: this.#mail,
      syslog: (entries) =>
        writeSyslog({ tag: options.config().director.name, socket: SYSLOG_SOCKET, run }, entries),
      stdout: (text) => process.stdout.write(text),
      stderr: (text) => process.stderr.write(text),
      onLoss: (destination, error, lost) => {
        log.error({ destination, error, lost }, 'messages could not be written')
        this.#tellConsoles(
          'error',
          `${lost} messages to ${destination} are lost: ${messageOf(error)}`,
        )
      },
    })
  }

  get consoles(): ConsoleQueue {
    return this.#router.consoles
  }

  /** By the Messages resource of that name. Resolves when more may come. */
  async deliver(config: DirectorConfig, messages: string, message: LogMessage): Promise<void> {
    const resource = config.messages.get(messages)
    if (resource === undefined) return
    const timestampFormat = resource.timestampFormat ?? config.director.logTimestampFormat
    await this.#router.deliver(message, { ...resource, timestampFormat })
  }

  /** A message that belongs to no Job, by the Director's own Messages resource. */
  async say(type: MessageType, text: string): Promise<void> {
    const config = this.#options.config()
    await this.deliver(config, config.director.messages, this.#own(type, text))
  }

  /** The Job has ended: its mails go. */
  endJob(job: ActiveJob, status: JobStatusLetter): void {
    this.#mail.close(subjectOfJob(job, status))
  }

  /** Resolves when files, Catalog and system log hold what was delivered. */
  async flush(): Promise<void> {
    await this.#router.flush()
  }

  /** Sends what can be sent still, and says what could not. */
  async close(): Promise<void> {
    await this.#mail.flush()
    this.#mail.abandon()
    await this.#router.flush()
  }

  #subjectOf(jobId: number): MailSubject {
    const job = this.#options.activeJob(jobId)
    if (job !== undefined) return subjectOfJob(job, job.status)
    const { name } = this.#options.config().director
    return { jobId, isGood: false, fill: (word) => fillDirectorCodes(word, name) }
  }

  /** Trouble with a destination goes where it cannot make more of it. */
  #tellConsoles(type: MessageType, text: string): void {
    const { logTimestampFormat } = this.#options.config().director
    this.#router.consoles.push(lineText(this.#own(type, text), logTimestampFormat))
  }

  #own(type: MessageType, text: string): LogMessage {
    const daemon = this.#options.config().director.name
    return { type, text, timeMs: this.#options.clock.nowMs(), daemon, jobId: 0 }
  }
}

function subjectOfJob(job: ActiveJob, status: JobStatusLetter): MailSubject {
  return {
    jobId: job.jobId,
    isGood: isSuccess(status),
    fill: (word) => fillCodes(word, { job, status }),
  }
}

/** What the codes say when there is no Job: the Director's name, or nothing. */
function fillDirectorCodes(word: string, director: string): string {
  return word.replaceAll(/%([A-Za-z%])/g, (_code, letter: string) => {
    if (letter === '%') return '%'
    return 'dDjn'.includes(letter) ? director : ''
  })
}
