// The command `setbandwidth`: limits of daemons and of running Jobs, which hold at once.
import { CofferError, parseSize, withCommas } from '@coffer/core'
import type { RunningJob } from '../../director.ts'
import { findArgument, findValue, hasKeyword } from '../command-line.ts'
import type { Command, CommandContext } from '../context.ts'
import type { Json } from '../output.ts'
import { askPeer } from '../peer-status.ts'
import { listNames, selectResource } from '../resources.ts'

interface Target {
  readonly kind: 'client' | 'storage'
  readonly name: string
  /** Unique name of a Job; '' for all Jobs of the daemon, now and later. */
  readonly job: string
}

const LABELS = { client: 'Client', storage: 'Storage daemon' } as const

export const setbandwidthCommand: Command = async (context) => {
  const limit = readLimit(
    findValue(context.line, 'limit') ?? (await context.ask('Enter new bandwidth limit: ')),
  )
  const answers: Json[] = []
  for (const { kind, name, job } of await chooseTargets(context)) {
    const jobs = await askPeer(context, { label: LABELS[kind], name }, () =>
      context.director.peers.setBandwidth(kind, name, { job, limit }, context.signal),
    )
    if (jobs === undefined) continue
    answers.push({ daemon: name, limit, jobs })
    const text = limit === 0 ? 'no limit' : `${withCommas(limit)} bytes/s`
    await context.out.text(`2000 OK Bandwidth ${name}: ${text}, ${jobs} running\n`)
  }
  context.out.value('setbandwidth', answers)
}

/** A bare number is KB/s, as in Bareos; 0 is no limit. */
function readLimit(text: string): number {
  const limit = /^\d{1,12}$/.test(text) ? Number(text) * 1024 : parseSize(text.replace(/\/s$/i, ''))
  if (limit !== undefined) return limit
  throw new CofferError(
    'console-usage',
    `"${text}" is no bandwidth: give KB/s, or a size such as 10mb`,
  )
}

async function chooseTargets(context: CommandContext): Promise<readonly Target[]> {
  const { line } = context
  const wanted = ['jobid', 'job', 'jobname', 'ujobid', 'state'].some((word) =>
    hasKeyword(line, word),
  )
  if (wanted) return jobTargets(context)
  if (hasKeyword(line, 'all')) {
    return listNames(context, 'client').map((name) => ({ kind: 'client', name, job: '' }))
  }
  const kind = hasKeyword(line, 'storage') ? 'storage' : 'client'
  const name = await selectResource(context, kind, findArgument(line, kind)?.value)
  return name === undefined ? [] : [{ kind, name, job: '' }]
}

/** A Job is held back by its Client; one without, a copy, by the storage daemon that writes. */
async function jobTargets(context: CommandContext): Promise<readonly Target[]> {
  const { director, rights, line, out } = context
  const fits = jobTest(line)
  const jobs = director.jobs
    .running()
    .filter((job) => rights.allows('job', job.request.jobName) && fits(job))
  if (jobs.length === 0) await out.error('No such Job is running.')
  return jobs.map(({ job, request }) =>
    request.client === '' || request.type === 'c' || request.type === 'g'
      ? { kind: 'storage', name: request.storage.name, job }
      : { kind: 'client', name: request.client, job },
  )
}

function jobTest(line: CommandContext['line']): (job: RunningJob) => boolean {
  const ids = findValue(line, 'jobid')?.split(',').map(Number)
  const name = findValue(line, 'job', 'jobname')
  const unique = findValue(line, 'ujobid')
  const state = findValue(line, 'state')
  return ({ jobId, job, request, status }) =>
    (ids === undefined || ids.includes(jobId)) &&
    (name === undefined || request.jobName === name || job === name) &&
    (unique === undefined || job === unique) &&
    (state === undefined || status === state)
}
