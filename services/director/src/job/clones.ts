// The Run directive of a Job: further Jobs that it starts when it starts itself.
import type { ActiveJob } from './active-job.ts'
import type { JobPorts } from './ports.ts'
import { fillCodes } from './script-codes.ts'

/** Queues the Jobs of the Run directive, each a line as behind the console command `run`. One that cannot is an error in the log. */
export async function startClones(job: ActiveJob, ports: JobPorts): Promise<void> {
  if (job.request.isClone === true) return
  for (const directive of job.config.jobs.get(job.request.jobName)?.run ?? []) {
    const { processId } = ports
    const words = fillCodes(directive, { job, status: 'R', processId })
    const lines: string[] = []
    const complaint = await ports.runConsole({
      text: `run ${/^job(?:name)?\s*=/i.test(words) ? words : `job=${words}`} cloned yes`,
      allowed: 'run',
      onLine: (line) => lines.push(line),
      signal: job.signal,
    })
    if (complaint === undefined) await job.log.info(`Run "${words}": ${lines.at(-1) ?? ''}`)
    else await job.log.write('error', `Run "${words}" failed: ${complaint}`)
  }
}
