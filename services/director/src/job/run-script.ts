// Scripts before and after a Job: which run when, where, what they are told, and what their failure means.
import { CofferError, type JobStatusLetter, JOB_TYPES } from '@coffer/core'
import { commandComplaint, splitCommand } from '@coffer/daemon'
import type { RunScript } from '../config/run-script.ts'
import type { ActiveJob } from './active-job.ts'
import { retryNote } from './connect.ts'
import { isSuccess } from './outcome.ts'
import type { JobPorts } from './ports.ts'
import { fillCodes } from './script-codes.ts'

type Moment = 'before' | 'after'

/** Lines of output that a script may put into the Job's log. */
const MAXIMUM_LINES = 10_000

/**
 * Runs the Job's scripts of that moment one after the other. A script before the Job that fails and may not throws
 * `run-script-failed`; one after it leaves an error in the log.
 */
export async function runScripts(
  moment: Moment,
  job: ActiveJob,
  ports: JobPorts,
  status: JobStatusLetter,
): Promise<void> {
  const scripts = job.config.jobs.get(job.request.jobName)?.runScripts ?? []
  for (const script of scripts) {
    if (isDue(script, moment, status)) await runOne(script, moment, { job, ports, status })
  }
}

function isDue(script: RunScript, moment: Moment, status: JobStatusLetter): boolean {
  const { runsWhen } = script
  if (runsWhen !== 'always' && runsWhen !== moment) return false
  if (moment === 'before') return true
  return isSuccess(status) ? script.runsOnSuccess : script.runsOnFailure
}

interface Situation {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly status: JobStatusLetter
}

interface Script extends Situation {
  readonly script: RunScript
  /** Words of a program, or the line of a console command, with its codes filled in. */
  readonly words: readonly string[]
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
}

async function runOne(script: RunScript, moment: Moment, situation: Situation): Promise<void> {
  const { job } = situation
  const name = `${script.runsOnClient ? 'Client' : ''}${moment === 'before' ? 'BeforeJob' : 'AfterJob'}`
  const kind = script.kind === 'console' ? 'console' : 'shell'
  await job.log.info(`${kind} command: run ${name} "${script.command}"`)
  const complaint = await complaintOf(script, name, moment, situation)
  if (complaint === undefined) return
  const text = `${name} script "${script.command}" failed: ${complaint}`
  if (moment === 'before' && script.failJobOnError) throw new CofferError('run-script-failed', text)
  await job.log.write(script.failJobOnError ? 'error' : 'warning', text)
}

/** Runs it to its end, with its output in the Job's log; undefined when it ended well. */
async function complaintOf(
  script: RunScript,
  name: string,
  moment: Moment,
  situation: Situation,
): Promise<string | undefined> {
  const { job } = situation
  let written = Promise.resolve()
  let lines = 0
  const complaint = await placeOf(script)({
    ...situation,
    script,
    words: wordsOf(script, situation),
    // What runs after a Job runs after a canceled one as well.
    signal: moment === 'before' ? job.signal : new AbortController().signal,
    onLine: (line) => {
      lines++
      if (lines > MAXIMUM_LINES) return
      const text = lines === MAXIMUM_LINES ? 'further output is left out' : line
      written = written.then(() => job.log.info(`${name}: ${text}`))
    },
  })
  await written
  return complaint
}

function wordsOf(script: RunScript, { job, ports, status }: Situation): string[] {
  const daemon = script.runsOnClient ? clientOf(script, job) : job.config.director.name
  const facts = { job, status, daemon, processId: ports.processId }
  const words = script.kind === 'console' ? [script.command] : splitCommand(script.command)
  return words.map((word) => fillCodes(word, facts))
}

function clientOf({ target }: RunScript, job: ActiveJob): string {
  return target ?? job.request.client
}

function placeOf(script: RunScript): (running: Script) => Promise<string | undefined> {
  if (script.kind === 'console') return runOnConsole
  return script.runsOnClient ? runOnClient : runHere
}

async function runHere({ script, words, ports, signal, onLine }: Script) {
  const [program = '', ...args] = words
  const timeoutMs = script.timeout === 0 ? undefined : script.timeout * 1000
  return commandComplaint(
    await ports.runCommand({ argv: [program, ...args], timeoutMs, signal, onLine }),
  )
}

async function runOnConsole({ words, ports, signal, onLine }: Script) {
  return ports.runConsole({ text: words.join(' '), allowed: 'script', signal, onLine })
}

/** A file daemon that cannot be reached, or that refuses, is a script that failed. */
async function runOnClient({ script, words, job, ports, signal, onLine }: Script) {
  const client = clientOf(script, job)
  if (client === '') {
    return `a Job of type "${job.type === JOB_TYPES.admin.letter ? 'Admin' : job.type}" has no Client to run it on: set Runs On Client = no`
  }
  try {
    const link = ports.links.filed(job.config, client)
    await link.connect(signal, retryNote(job, link))
    const request = { argv: words, timeoutMs: script.timeout * 1000 }
    for await (const event of link.calls.runScript(request, { signal })) {
      if (event.event === 'line') onLine(event.line)
      else return event.end.complaint === '' ? undefined : event.end.complaint
    }
    return 'the file daemon did not tell its end'
  } catch (error) {
    if (error instanceof CofferError) return error.message
    throw error
  }
}
