// Where a message goes: the destinations of its Messages resource, each in its own form.
import { appendFile, writeFile } from 'node:fs/promises'
import type { MessageDestination } from '@coffer/core'
import type { LogCatalog, LogEntry } from '../catalog/log.ts'
import { BatchSink } from './batch-sink.ts'
import { ConsoleQueue } from './console-queue.ts'
import { isMailKind, type MailRoom, type MailRoutes } from './mail-room.ts'
import { lineText, type LogMessage, logText } from './message-line.ts'
import type { SyslogEntry } from './syslog.ts'

/** What the router needs of a Messages resource. */
export interface MessageRoutes extends MailRoutes {
  readonly name: string
  readonly destinations: readonly MessageDestination[]
  readonly timestampFormat?: string | undefined
}

export interface RouterOptions {
  readonly catalogLog: LogCatalog
  readonly mail: Pick<MailRoom, 'add'>
  readonly syslog: (entries: readonly SyslogEntry[]) => Promise<void>
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** A destination that could not be written: its name, why, and how many lines that cost. */
  readonly onLoss: (destination: string, error: unknown, lost: number) => void
}

// Job logs name files of every user.
const FILE_MODE = 0o640

/** Delivers messages in order to each destination. A destination that fails loses its lines and harms no other. */
export class MessageRouter {
  readonly consoles = new ConsoleQueue()
  readonly #options: RouterOptions
  readonly #catalog: BatchSink<LogEntry>
  readonly #syslog: BatchSink<SyslogEntry>
  readonly #files = new Map<string, BatchSink<string>>()
  /** Files of destinations `file` that a Job has begun anew, as "path JobId". */
  readonly #begun = new Map<string, number>()

  constructor(options: RouterOptions) {
    this.#options = options
    this.#catalog = new BatchSink<LogEntry>({
      write: (entries) => options.catalogLog.append(entries),
      sizeOf: (entry) => entry.text.length,
      onFailure: (error, lost) => options.onLoss('catalog', error, lost),
    })
    this.#syslog = new BatchSink<SyslogEntry>({
      write: (entries) => options.syslog(entries),
      sizeOf: (entry) => entry.text.length,
      onFailure: (error, lost) => options.onLoss('syslog', error, lost),
    })
  }

  /** Resolves when the sender may go on: at once unless a destination is far behind. */
  async deliver(message: LogMessage, routes: MessageRoutes): Promise<void> {
    const waits: Promise<void>[] = []
    for (const destination of routes.destinations) {
      if (!destination.types.has(message.type)) continue
      waits.push(this.#send(message, destination, routes))
    }
    await Promise.all(waits)
  }

  /** Resolves when every destination holds what was delivered; mail is on its own way. */
  async flush(): Promise<void> {
    const sinks = [this.#catalog, this.#syslog, ...this.#files.values()]
    await Promise.all(sinks.map((sink) => sink.flush()))
  }

  async #send(
    message: LogMessage,
    destination: MessageDestination,
    routes: MessageRoutes,
  ): Promise<void> {
    const line = lineText(message, routes.timestampFormat)
    if (isMailKind(destination.kind)) {
      this.#options.mail.add(line, message.jobId, { destination, routes })
      return
    }
    await this.#sinks[destination.kind]?.(line, message, destination.target ?? '')
  }

  /** A Director has no Director above it. */
  readonly #sinks: Readonly<Partial<Record<MessageDestination['kind'], Sink>>> = {
    console: (line) => {
      this.consoles.push(line)
    },
    syslog: (_line, message, facility) =>
      this.#syslog.add({ facility, type: message.type, text: logText(message) }),
    catalog: (_line, message) => this.#catalog.add(catalogEntry(message)),
    append: (line, _message, path) => this.#file(path).add(line),
    file: async (line, { jobId }, path) => {
      await this.#beginAnew(path, jobId)
      await this.#file(path).add(line)
    },
    stdout: (line) => {
      this.#options.stdout(line)
    },
    stderr: (line) => {
      this.#options.stderr(line)
    },
  }

  #file(path: string): BatchSink<string> {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const sink = new BatchSink<string>({
      write: (lines) => appendFile(path, lines.join(''), { mode: FILE_MODE }),
      sizeOf: (line) => line.length,
      onFailure: (error, lost) => this.#options.onLoss(path, error, lost),
    })
    this.#files.set(path, sink)
    return sink
  }

  async #beginAnew(path: string, jobId: number): Promise<void> {
    if (this.#begun.get(path) === jobId) return
    this.#begun.set(path, jobId)
    try {
      await writeFile(path, '', { mode: FILE_MODE })
    } catch (error) {
      this.#options.onLoss(path, error, 0)
    }
  }
}

type Sink = (line: string, message: LogMessage, target: string) => void | Promise<void>

function catalogEntry(message: LogMessage): LogEntry {
  // PostgreSQL stores every character but NUL.
  const text = logText(message).replaceAll('\0', '?')
  return { jobId: message.jobId, timeMs: message.timeMs, text }
}
