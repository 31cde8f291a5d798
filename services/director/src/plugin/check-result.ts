// What Nagios and Icinga show of a Job that has ended: state, text and performance data, worded as Bareos's NSCA sender
// words them, so that a check that reads the one reads the other.
import { type EndedJob, jobTimes, type Result, resultOf } from './ended-job.ts'

export interface CheckResult {
  /** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN: the exit codes of monitoring plugins. */
  readonly exitCode: 0 | 1 | 2 | 3
  readonly text: string
  readonly performance: readonly string[]
}

const STATES: Readonly<Record<Result, readonly [exitCode: 0 | 1 | 2 | 3, word: string]>> = {
  ok: [0, 'OK'],
  warning: [1, 'WARNING'],
  canceled: [1, 'WARNING'],
  failed: [2, 'CRITICAL'],
  unknown: [3, 'UNKNOWN'],
}

/** Pure. */
export function checkResultOf(ended: EndedJob): CheckResult {
  const result = resultOf(ended.status)
  const [exitCode, word] = STATES[result]
  const { job, client, jobId, level, errors, bytes, files, status } = ended
  const times = jobTimes(ended)
  return {
    exitCode,
    text:
      `${word}: Bareos job ${job} on ${client} with id ${jobId} level ${level}, ${errors} errors, ` +
      `${bytes} jobBytes, ${files} files terminated with status ${status}` +
      (result === 'canceled' ? ' CANCELED' : ''),
    performance: [
      `Errors=${errors};;;;`,
      `Bytes=${bytes};;;;`,
      `Files=${files};;;;`,
      `Throughput=${times.throughput}B/s;;;;`,
      `jobRuntime=${times.runningSeconds}s;;;;`,
      `jobTotalTime=${times.totalSeconds}s;;;;`,
    ],
  }
}

/** Text and performance data as one line of a check's output. */
export function outputLine({ text, performance }: CheckResult): string {
  return `${text}|${performance.join(' ')}`
}
