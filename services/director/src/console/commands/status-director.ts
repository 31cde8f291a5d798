// `status director`: the Director itself, what is due, what runs, what has ended.
import { jobLevelText, jobTypeText, statusTimeText } from '@coffer/core'
import type { RunningJob, ScheduledRun } from '../../director.ts'
import { progressOf, progressText } from '../../job/progress.ts'
import { type CommandContext, findNumber } from '../context.ts'
import { findNextVolume } from '../next-volume.ts'
import type { Json } from '../output.ts'
import { endedJobsText, endedStatusText, type EndedJob, shortLevelText } from '../status-text.ts'

const DAY_MS = 86_400_000
const MAX_DAYS = 500
const ENDED_JOBS = 10
const ENDED_RULE = 68

/** Parts of the display, as `.status dir` names them. */
export type DirectorPart = 'header' | 'scheduled' | 'running' | 'terminated'

export async function directorStatus(
  context: CommandContext,
  parts: readonly DirectorPart[] = ['header', 'scheduled', 'running', 'terminated'],
): Promise<void> {
  for (const part of parts) await PARTS[part](context)
  if (parts.length < Object.keys(PARTS).length) return
  context.out.value('client-connection', [])
  await context.out.text(
    '\n\nClient Initiated Connections (waiting for jobs):\n' +
      `${'Connect time'.padEnd(20)}${'Protocol'.padEnd(20)}${'Authenticated'.padEnd(20)}${'Name'.padEnd(40)}\n` +
      `${'='.repeat(100)}\n====\n`,
  )
}

const PARTS: Readonly<Record<DirectorPart, (context: CommandContext) => Promise<void>>> = {
  header: showHeader,
  scheduled: showScheduled,
  running: showRunning,
  terminated: showEnded,
}

async function showHeader({ director, config, out }: CommandContext): Promise<void> {
  const { name } = config.director
  const { version, longDate, os, binary } = director.product
  const started = statusTimeText(director.startedMs)
  const runCount = director.jobs.ranCount()
  const running = director.jobs.running().length
  out.value('header', {
    director: name,
    version,
    release_date: longDate,
    os,
    binary_info: binary,
    daemon_started: started,
    jobs_run: runCount,
    jobs_running: running,
    config_warnings: false,
  })
  await out.text(
    `${name} Version: ${version} (${longDate}) ${os}\n` +
      `Daemon started ${started}. Jobs: run=${runCount}, running=${running} db:postgresql, ${binary}\n\n`,
  )
}

async function showScheduled(context: CommandContext): Promise<void> {
  const { director, out, rights } = context
  const days = Math.min(MAX_DAYS, Math.max(1, findNumber(context.line, 'days') ?? 1))
  const nowMs = director.clock.nowMs()
  const runs = director.schedule
    .between(nowMs, nowMs + days * DAY_MS)
    .filter(({ jobName }) => rights.allows('job', jobName))
  const lines: string[] = []
  const facts: Json[] = []
  for (const run of runs) {
    const volume = (await findNextVolume(context, run))?.name ?? '*unknown*'
    lines.push(scheduledText(run, volume))
    facts.push(scheduledFacts(run, volume))
  }
  out.value('scheduled', facts)
  await out.text(
    lines.length === 0
      ? 'No Scheduled Jobs.\n====\n'
      : `Scheduled Jobs:\n${SCHEDULED_HEADING}${lines.join('')}====\n`,
  )
}

const SCHEDULED_HEADING =
  'Level          Type     Pri  Scheduled          Name               Volume\n' +
  `${'='.repeat(83)}\n`

function scheduledText(run: ScheduledRun, volume: string): string {
  return (
    `${jobLevelText(run.level).padEnd(14)} ${jobTypeText(run.type).padEnd(8)} ` +
    `${String(run.priority).padStart(3)}  ${statusTimeText(run.whenMs).padEnd(18)} ` +
    `${run.jobName.padEnd(18)} ${volume}\n`
  )
}

function scheduledFacts(run: ScheduledRun, volume: string): Json {
  return {
    level: jobLevelText(run.level),
    type: jobTypeText(run.type),
    priority: run.priority,
    scheduled: statusTimeText(run.whenMs),
    name: run.jobName,
    volume,
    pool: run.pool,
    storage: run.storage,
  }
}

async function showRunning({ director, house, out, rights }: CommandContext): Promise<void> {
  const jobs = director.jobs.running().filter((job) => rights.allows('job', job.request.jobName))
  const nowMs = director.clock.nowMs()
  out.value(
    'running',
    jobs.map((job) => runningFacts(job, nowMs)),
  )
  const consoles = [...house.sessions.values()].map(
    ({ connectedMs }) => `Console connected at ${statusTimeText(connectedMs)}\n`,
  )
  const list =
    jobs.length === 0
      ? 'No Jobs running.\n'
      : ` JobId Level   Name                       Status\n${'='.repeat(70)}\n${jobs.map((job) => runningText(job, nowMs)).join('')}`
  await out.text(`\nRunning Jobs:\n${consoles.join('')}${list}====\n`)
}

function runningText(job: RunningJob, nowMs: number): string {
  const level = shortLevelText(job).padEnd(6)
  const progress = progressText(progressOf(job, nowMs))
  return (
    `${String(job.jobId).padStart(6)} ${level}  ${job.job.padEnd(20)} ${job.statusText}\n` +
    (progress === '' ? '' : `${' '.repeat(15)}${progress}\n`)
  )
}

function runningFacts(job: RunningJob, nowMs: number): Json {
  const { bytesPerSecond, percent, secondsLeft } = progressOf(job, nowMs)
  return {
    jobid: job.jobId,
    name: job.request.jobName,
    job: job.job,
    level: shortLevelText(job),
    type: jobTypeText(job.type),
    status: job.statusText,
    files: job.files,
    bytes: job.bytes,
    bytes_per_second: bytesPerSecond,
    percent: percent ?? null,
    seconds_left: secondsLeft ?? null,
    start_time: job.startMs === undefined ? '' : statusTimeText(job.startMs),
  }
}

async function showEnded(context: CommandContext): Promise<void> {
  const { director, out, rights } = context
  const rows = await director.catalog.jobs.list({
    statuses: ['T', 'W', 'E', 'e', 'f', 'A', 'D', 'I'],
    sinceMs: director.startedMs,
    order: 'desc',
    limit: ENDED_JOBS,
  })
  const ended = rows
    .filter(({ name }) => rights.allows('job', name))
    .reverse()
    .map((row): EndedJob => ({ ...row, endMs: row.endMs ?? row.scheduledMs ?? 0 }))
  out.value('terminated', ended.map(endedFacts))
  const text = ended.length === 0 ? 'No Terminated Jobs.\n' : endedJobsText(ended, ENDED_RULE)
  await out.text(`\nTerminated Jobs:\n${text}`)
}

function endedFacts(job: EndedJob): Json {
  return {
    jobid: job.jobId,
    name: job.name,
    level: shortLevelText(job),
    type: jobTypeText(job.type),
    status: endedStatusText(job.status),
    files: job.files,
    bytes: job.bytes,
    finished: statusTimeText(job.endMs),
  }
}
