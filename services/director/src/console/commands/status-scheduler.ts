// `status scheduler`: which Schedule starts which Jobs, and when they run next.
import { CofferError, longTimeText } from '@coffer/core'
import type { ScheduledRun } from '../../director.ts'
import { findValue } from '../command-line.ts'
import type { CommandContext } from '../context.ts'

const DAY_MS = 86_400_000
const MAX_DAYS = 366
const DEFAULT_DAYS = 7
const NAME_WIDTH = 23

export async function schedulerStatus(context: CommandContext): Promise<void> {
  const days = daysOf(context)
  await showTriggers(context)
  await showPreview(context, days)
}

/** Days to look ahead, or back when it is negative. */
function daysOf({ line }: CommandContext): number {
  const value = findValue(line, 'days')
  if (value === undefined) return DEFAULT_DAYS
  if (/^-?\d{1,4}$/.test(value) && Math.abs(Number(value)) <= MAX_DAYS) return Number(value)
  throw new CofferError('console-usage', `days is a number from -${MAX_DAYS} to ${MAX_DAYS}`)
}

interface Wanted {
  readonly schedule: string | undefined
  readonly job: string | undefined
  readonly client: string | undefined
}

function wantedOf({ line }: CommandContext): Wanted {
  return {
    schedule: findValue(line, 'schedule'),
    job: findValue(line, 'job'),
    client: findValue(line, 'client'),
  }
}

async function showTriggers(context: CommandContext): Promise<void> {
  const { config, director, out, rights } = context
  const wanted = wantedOf(context)
  const facts: Record<string, string[]> = {}
  let text = `Scheduler Jobs:\n\n${'Schedule'.padEnd(NAME_WIDTH)}Jobs Triggered\n${'='.repeat(59)}\n`
  for (const { name } of config.schedules.values()) {
    if (!rights.allows('schedule', name)) continue
    if (wanted.schedule !== undefined && wanted.schedule !== name) continue
    const isOff = !director.jobs.isEnabled('schedule', name)
    const jobs = [...config.jobs.values()].filter(
      (job) =>
        job.schedule === name &&
        rights.allows('job', job.name) &&
        (wanted.job === undefined || wanted.job === job.name) &&
        (wanted.client === undefined || wanted.client === job.client),
    )
    text += `${name}${isOff ? ' (disabled)' : ''}\n`
    for (const job of jobs) {
      const isJobOff = !director.jobs.isEnabled('job', job.name)
      text += `${' '.repeat(NAME_WIDTH)}${job.name}${isJobOff ? ' (disabled)' : ''}\n`
    }
    text += '\n'
    facts[name] = jobs.map((job) => job.name)
  }
  out.value('schedules', facts)
  await out.text(`${text}====\n`)
}

async function showPreview(context: CommandContext, days: number): Promise<void> {
  const { director, out } = context
  const nowMs = director.clock.nowMs()
  const otherMs = nowMs + days * DAY_MS
  const wanted = wantedOf(context)
  const runs = director.schedule
    .between(Math.min(nowMs, otherMs), Math.max(nowMs, otherMs))
    .filter((run) => isWanted(context, run, wanted))
  const events = distinct(runs)
  out.value(
    'preview',
    events.map(({ whenMs, schedule, overrides }) => ({
      date: minuteText(whenMs),
      schedule,
      overrides,
    })),
  )
  await out.text(
    `\nScheduler Preview for ${days} days:\n\n` +
      `${'Date'.padEnd(NAME_WIDTH)}${'Schedule'.padEnd(24)}Overrides\n${'='.repeat(62)}\n` +
      events.map(previewText).join('') +
      '====\n',
  )
}

function isWanted({ config, rights }: CommandContext, run: ScheduledRun, wanted: Wanted): boolean {
  return (
    rights.allows('schedule', run.schedule) &&
    rights.allows('job', run.jobName) &&
    (wanted.schedule === undefined || wanted.schedule === run.schedule) &&
    (wanted.job === undefined || wanted.job === run.jobName) &&
    (wanted.client === undefined || wanted.client === config.jobs.get(run.jobName)?.client)
  )
}

/** One line for a Schedule and a moment, however many Jobs it starts then. */
function distinct(runs: readonly ScheduledRun[]): ScheduledRun[] {
  const events = new Map(runs.map((run) => [`${run.whenMs} ${run.schedule} ${run.overrides}`, run]))
  return [...events.values()]
}

function previewText({ whenMs, schedule, overrides }: ScheduledRun): string {
  return (
    `${minuteText(whenMs).padEnd(NAME_WIDTH)}${schedule.padEnd(24)}${overrides}`.trimEnd() + '\n'
  )
}

/** "Sat 21-Nov-2026 21:00" */
function minuteText(timeMs: number): string {
  return longTimeText(timeMs).slice(0, -3)
}
