// The hooks of one Job, with what they are told of it.
import type { JobRef } from '@coffer/wire'
import { type JobHooks, jobHooks } from '../hooks/job-hooks.ts'
import type { EventLine } from './event-line.ts'
import type { JobPorts } from './job-ports.ts'
import { NO_REF } from './run-job.ts'

export interface HookedJob {
  readonly operation: 'backup' | 'restore'
  readonly ref: JobRef | null
  readonly ports: JobPorts
  readonly events: EventLine
  readonly signal: AbortSignal
}

export function hooksOf({ operation, ref, ports, events, signal }: HookedJob): JobHooks {
  return jobHooks({
    ...ports.hooks,
    operation,
    jobEnv: jobEnv(ref ?? NO_REF),
    clock: ports.clock,
    signal,
    runCommand: ports.runCommand,
    tell: (type, text) => events.message(type, text),
  })
}

function jobEnv({ jobId, job, name, level, client, fileset }: JobRef): Record<string, string> {
  return {
    COFFER_JOBID: String(jobId),
    COFFER_JOB: job,
    COFFER_JOBNAME: name,
    COFFER_LEVEL: level,
    COFFER_CLIENT: client,
    COFFER_FILESET: fileset,
  }
}
