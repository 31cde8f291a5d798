// Lines for the system log, with the priority that each type of message has there.
import { CofferError, type MessageType } from '@coffer/core'
import type { CommandOptions, CommandResult } from '@coffer/daemon'

export interface SyslogEntry {
  readonly facility: string
  readonly type: MessageType
  /** The message without its moment, which the system log adds itself. */
  readonly text: string
}

/** Facilities by their numbers in RFC 5424. */
const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
}
const DEFAULT_FACILITY = 'daemon'

const SEVERITIES: Readonly<Record<MessageType, number>> = {
  abort: 2,
  fatal: 3,
  error: 3,
  security: 4,
  alert: 4,
  warning: 4,
  mount: 5,
  audit: 5,
  debug: 7,
  info: 6,
  saved: 6,
  notsaved: 6,
  skipped: 6,
  terminate: 6,
  restored: 6,
  volmgmt: 6,
}

/** What `logger --prio-prefix` reads: a line of the log to a line of the text, each behind `<priority>`. */
export function syslogText({ facility, type, text }: SyslogEntry): string {
  const number = FACILITIES[facility === '' ? DEFAULT_FACILITY : facility] ?? 3
  const prefix = `<${number * 8 + SEVERITIES[type]}>`
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `${prefix}${line}\n`)
    .join('')
}

export interface Syslog {
  /** Name of the daemon, in front of each line. */
  readonly tag: string
  /** The socket of the system log, usually /dev/log. */
  readonly socket: string
  readonly run: (options: CommandOptions) => Promise<CommandResult>
}

const TIMEOUT_MS = 30_000

/**
 * Hands lines to the system log by `logger` of util-linux: Node has no datagram sockets of Unix. Throws
 * `syslog-unreachable`.
 */
export async function writeSyslog(
  { tag, socket, run }: Syslog,
  entries: readonly SyslogEntry[],
): Promise<void> {
  const result = await run({
    argv: ['logger', '--prio-prefix', '--socket-errors=on', '--tag', tag, '--socket', socket],
    stdin: entries.map(syslogText).join(''),
    timeoutMs: TIMEOUT_MS,
  })
  if (result.exitCode === 0) return
  const said = result.stderrTail.toString().trim()
  throw new CofferError('syslog-unreachable', said === '' ? 'logger did not end well' : said)
}
