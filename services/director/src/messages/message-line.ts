// The text of one line of a Job log: its prefix of moment, daemon and JobId, the word of its type, and the message.
import { type JobMessage, logTimeText, MESSAGE_TYPES } from '@coffer/core'
import { formatTime } from './time-format.ts'

/** A message together with the Job it belongs to; JobId 0 for what belongs to none. */
export interface LogMessage extends JobMessage {
  readonly jobId: number
}

/**
 * "21-Nov 02:09 bench-dir JobId 32: Warning: text", ended by a newline; a text of several lines stays as it is.
 * `timeFormat` is a Messages resource's Timestamp Format, in strftime's letters.
 */
export function lineText(message: LogMessage, timeFormat?: string): string {
  const time =
    timeFormat === undefined ? logTimeText(message.timeMs) : formatTime(timeFormat, message.timeMs)
  return `${time} ${logText(message)}`
}

/** The line without its moment, as the Catalog keeps it. */
export function logText(message: LogMessage): string {
  const { prefix } = MESSAGE_TYPES[message.type]
  return `${message.daemon} JobId ${message.jobId}: ${prefix}${message.text}\n`
}
