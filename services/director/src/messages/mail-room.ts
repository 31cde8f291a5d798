// Mails about Jobs: gathered while a Job runs, sent when it has ended; to operators at once.
import {
  CofferError,
  type Clock,
  type MessageDestination,
  messageOf,
  type Secret,
} from '@coffer/core'
import { type CommandOptions, type CommandResult, splitCommand } from '@coffer/daemon'
import { MailBag } from './mail-bag.ts'
import type { Mail } from './smtp.ts'

/** How mail leaves: what a Messages resource says of it. */
export interface MailRoutes {
  readonly mailCommand?: string | undefined
  readonly operatorCommand?: string | undefined
  readonly mailServer: Secret
  readonly mailFrom: string
  readonly mailSubject: string
}

/** What is known of the Job that a mail is about. */
export interface MailSubject {
  readonly jobId: number
  /** It ended OK, perhaps with warnings. */
  readonly isGood: boolean
  /** Fills in the %-codes of one word; %r is done already. */
  readonly fill: (word: string) => string
}

export interface MailRoomOptions {
  readonly clock: Clock
  readonly send: (server: string, mail: Mail) => Promise<void>
  readonly run: (options: CommandOptions) => Promise<CommandResult>
  /** What is known of a Job that runs, for mail to the operator; JobId 0 is the Director itself. */
  readonly subjectOf: (jobId: number) => MailSubject
  /** A mail that could not be sent: what an operator should know of it. */
  readonly onTrouble: (text: string) => void
}

interface Draft {
  readonly destination: MessageDestination
  readonly routes: MailRoutes
  readonly bag: MailBag
}

/** A mail server may be away for some minutes. */
const RETRIES_MS = [15_000, 120_000, 600_000]
/** Messages that belong to no Job go together, this long after the first. */
const GATHER_MS = 60_000
const COMMAND_TIMEOUT_MS = 5 * 60_000
/** Mails that wait to be tried again; what comes beyond is given up at once. */
const MAXIMUM_WAITING = 200

/** Kinds of destination that the room serves. */
type MailKind = 'mail' | 'mailonerror' | 'mailonsuccess' | 'operator'

export function isMailKind(kind: MessageDestination['kind']): kind is MailKind {
  return (
    kind === 'mail' || kind === 'mailonerror' || kind === 'mailonsuccess' || kind === 'operator'
  )
}

/** One for the Director. Sending never keeps a Job from ending: `flush` waits for what is under way. */
export class MailRoom {
  readonly #options: MailRoomOptions
  /** By JobId, then by destination of its Messages resource. */
  readonly #drafts = new Map<number, Map<MessageDestination, Draft>>()
  readonly #sending = new Set<Promise<void>>()
  readonly #waiting = new Set<Letter>()

  constructor(options: MailRoomOptions) {
    this.#options = options
  }

  /** Takes a line; the operator's leaves at once. */
  add(
    line: string,
    jobId: number,
    { destination, routes }: Pick<Draft, 'destination' | 'routes'>,
  ): void {
    if (destination.kind === 'operator') {
      this.#post({ destination, routes, text: line, subject: this.#options.subjectOf(jobId) })
      return
    }
    const drafts = this.#drafts.get(jobId) ?? new Map<MessageDestination, Draft>()
    if (jobId === 0 && drafts.size === 0) this.#closeLater()
    this.#drafts.set(jobId, drafts)
    const draft = drafts.get(destination) ?? { destination, routes, bag: new MailBag() }
    drafts.set(destination, draft)
    draft.bag.add(line)
  }

  /** The Job has ended: what was gathered is sent, or dropped where the destination wants other ends. */
  close(subject: MailSubject): void {
    const drafts = this.#drafts.get(subject.jobId)
    this.#drafts.delete(subject.jobId)
    for (const { destination, routes, bag } of drafts?.values() ?? []) {
      if (!isWanted(destination.kind, subject.isGood)) continue
      this.#post({ destination, routes, text: bag.text(), subject })
    }
  }

  /** Sends what is gathered of no Job, and resolves when nothing is being sent; mails that wait for another try stay. */
  async flush(): Promise<void> {
    this.close(this.#options.subjectOf(0))
    while (this.#sending.size > 0) await Promise.all(this.#sending)
  }

  /** Nothing is tried again any more. */
  abandon(): void {
    for (const letter of this.#waiting) this.#options.onTrouble(`${mailTo(letter)} was not sent`)
    this.#waiting.clear()
  }

  #closeLater(): void {
    this.#options.clock.after(GATHER_MS, () => {
      this.close(this.#options.subjectOf(0))
    })
  }

  #post(letter: Letter): void {
    this.#attempt(letter, 0)
  }

  #attempt(letter: Letter, tries: number): void {
    const sent = this.#send(letter).catch((error: unknown) => {
      this.#retry(letter, tries, error)
    })
    this.#sending.add(sent)
    void sent.then(() => this.#sending.delete(sent))
  }

  #retry(letter: Letter, tries: number, error: unknown): void {
    const delayMs = RETRIES_MS[tries]
    if (delayMs === undefined || this.#waiting.size >= MAXIMUM_WAITING) {
      this.#options.onTrouble(`${mailTo(letter)} was given up: ${messageOf(error)}`)
      return
    }
    if (tries === 0) {
      const text = `${mailTo(letter)} could not be sent and is tried again: ${messageOf(error)}`
      this.#options.onTrouble(text)
    }
    this.#waiting.add(letter)
    this.#options.clock.after(delayMs, () => {
      if (this.#waiting.delete(letter)) this.#attempt(letter, tries + 1)
    })
  }

  async #send({ destination, routes, text, subject }: Letter): Promise<void> {
    const recipients = destination.target ?? ''
    const command = destination.kind === 'operator' ? routes.operatorCommand : routes.mailCommand
    const fill = (word: string): string => subject.fill(withRecipients(word, recipients))
    if (command !== undefined) return this.#runCommand(command, fill, text)
    const ofJob = destination.kind === 'operator' ? OPERATOR_SUBJECT : routes.mailSubject
    const heading = subject.jobId === 0 ? DIRECTOR_SUBJECT : ofJob
    await this.#options.send(routes.mailServer.reveal(), {
      from: routes.mailFrom,
      to: recipients,
      subject: fill(heading),
      text,
    })
  }

  async #runCommand(command: string, fill: (word: string) => string, text: string): Promise<void> {
    const [program = '', ...args] = splitCommand(command).map(fill)
    const result = await this.#options.run({
      argv: [program, ...args],
      stdin: text,
      timeoutMs: COMMAND_TIMEOUT_MS,
    })
    if (result.exitCode === 0) return
    throw new CofferError('mail-undelivered', `"${program}" ${complaint(result)}`)
  }
}

interface Letter {
  readonly destination: MessageDestination
  readonly routes: MailRoutes
  readonly text: string
  readonly subject: MailSubject
}

const DIRECTOR_SUBJECT = 'Coffer: messages of %d'
const OPERATOR_SUBJECT = 'Coffer: intervention needed for %j'

function isWanted(kind: MessageDestination['kind'], isGood: boolean): boolean {
  return kind === 'mail' || (kind === 'mailonsuccess') === isGood
}

/** %r; the recipients may hold a percent sign themselves. */
function withRecipients(word: string, recipients: string): string {
  return word.replaceAll(/%([%r])/g, (code, letter) =>
    letter === 'r' ? recipients.replaceAll('%', '%%') : code,
  )
}

function complaint({ exitCode, timedOut, stderrTail }: CommandResult): string {
  if (timedOut) return `did not end within ${COMMAND_TIMEOUT_MS / 60_000} minutes`
  const said = stderrTail.toString().trim().split('\n').at(-1) ?? ''
  return `ended with exit code ${exitCode ?? 'unknown'}${said === '' ? '' : `: ${said}`}`
}

function mailTo({ destination, subject }: Letter): string {
  return subject.fill(`Mail to ${(destination.target ?? '').replaceAll('%', '%%')} about %j`)
}
