// Scripts before and after a Job: which run when, what they are told, and what their failure means.
import { CofferError, type JobStatusLetter } from '@coffer/core'
import { type CommandResult, splitCommand } from '@coffer/daemon'
import type { RunScript } from '../config/run-script.ts'
import type { ActiveJob } from './active-job.ts'
import { commandComplaint } from './fileset.ts'
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

async function runOne(script: RunScript, moment: Moment, situation: Situation): Promise<void> {
  const { job } = situation
  const name = moment === 'before' ? 'BeforeJob' : 'AfterJob'
  const where = unsupported(script)
  if (where !== undefined) {
    await job.log.write('warning', `${name} "${script.command}" was not run: ${where}`)
    return
  }
  await job.log.info(`shell command: run ${name} "${script.command}"`)
  const result = await runCommandLine(script.command, name, moment, situation)
  const complaint = commandComplaint(result)
  if (complaint === undefined) return
  const text = `${name} script "${script.command}" failed: ${complaint}`
  if (moment === 'before' && script.failJobOnError) throw new CofferError('run-script-failed', text)
  await job.log.write(script.failJobOnError ? 'error' : 'warning', text)
}

/** Why a script cannot be run by this version; undefined for one that can. */
function unsupported(script: RunScript): string | undefined {
  if (script.kind === 'console') return 'console commands in scripts are not yet supported'
  return script.runsOnClient ? 'scripts on the client are not yet supported' : undefined
}

async function runCommandLine(
  command: string,
  name: string,
  moment: Moment,
  { job, ports, status }: Situation,
): Promise<CommandResult> {
  const [program = '', ...args] = splitCommand(command).map((word) => fillCodes(word, job, status))
  let written = Promise.resolve()
  let lines = 0
  const result = await ports.runCommand({
    argv: [program, ...args],
    // What runs after a Job runs after a canceled one as well.
    ...(moment === 'before' ? { signal: job.signal } : {}),
    onLine: (line) => {
      lines++
      if (lines > MAXIMUM_LINES) return
      const text = lines === MAXIMUM_LINES ? 'further output is left out' : line
      written = written.then(() => job.log.info(`${name}: ${text}`))
    },
  })
  await written
  return result
}
