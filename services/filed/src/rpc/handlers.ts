// The calls that a Director may make here.
import { CofferError, PRODUCT_VERSION_TEXT } from '@coffer/core'
import { applyDebug, type DebugControl, resolveHost } from '@coffer/daemon'
import type {
  BackupCommand,
  Call,
  CallContext,
  FileDaemonHandlers,
  FiledStatusInit,
  JobEventInit,
  RestoreCommand,
  VerifyCommand,
} from '@coffer/wire'
import { backupWork } from '../job/backup-job.ts'
import type { JobPorts } from '../job/job-ports.ts'
import { verifyWork } from '../job/verify-job.ts'
import { restoreWork } from '../job/restore-job.ts'
import { inTime } from '../job/job-timer.ts'
import { runJob } from '../job/run-job.ts'
import { estimate } from './estimate.ts'
import { type JobCommand, type Permissions, refusalOf } from './permissions.ts'
import { runScript } from './run-script.ts'

export interface HandlerPorts extends JobPorts {
  readonly startedMs: number
  /** How long a Job may run; 0 for any time. */
  readonly maxJobMs: number
  readonly debug: DebugControl
  readonly memoryRssBytes: () => number
  readonly permissionsOf: (director: string) => Permissions
}

/** The Director that called last, for `status client`. */
interface LastDirector {
  name: string
  sinceMs: number
}

export function fileDaemonHandlers(ports: HandlerPorts): FileDaemonHandlers {
  const last: LastDirector = { name: '', sinceMs: 0 }
  const meet = (context: CallContext): void => {
    last.name = context.peer.name
    last.sinceMs = ports.clock.nowMs()
  }
  const admit: Admit = (context, command) => {
    meet(context)
    const permissions = ports.permissionsOf(context.peer.name)
    const refusal = refusalOf(permissions, command)
    if (refusal === undefined) return permissions
    throw new CofferError('call-forbidden', `Director "${context.peer.name}" ${refusal}`)
  }
  return {
    ...jobCalls(ports, admit),
    estimate: (request, context) => {
      admit(context, 'estimate')
      return estimate(request, ports, context.signal)
    },
    setDebug: async (request, context) => {
      admit(context)
      const { level, isTracing, traceFile } = applyDebug(ports.debug, request)
      return { level, trace: isTracing, traceFile }
    },
    setBandwidth: async ({ job, limit }, context) => {
      admit(context)
      return { jobs: ports.bandwidth.set(job, limit) }
    },
    resolve: async ({ host }, context) => {
      admit(context)
      return { addresses: await resolveHost(host) }
    },
    runScript: (request, context) =>
      runScript(request, ports, admit(context, 'runscript'), context.signal),
    status: async (_request, context) => {
      meet(context)
      return statusOf(ports, last)
    },
  }
}

type Admit = (context: CallContext, command?: JobCommand) => Permissions

function jobCalls(
  ports: HandlerPorts,
  admit: Admit,
): Pick<FileDaemonHandlers, 'backup' | 'restore' | 'verify'> {
  const { clock, maxJobMs } = ports
  const limited = (context: CallContext, run: (signal: AbortSignal) => Promise<void>) =>
    inTime({ clock, maxMs: maxJobMs, signal: context.signal }, run)
  return {
    backup: async (call, context) => {
      admit(context, 'backup')
      const first = await firstCommand(call)
      if (first.command !== 'start') throw notStarted()
      await limited(context, (signal) =>
        runJob(call, backupWork(first.start, call, ports, signal), { ports, context }),
      )
    },
    restore: async (call, context) => {
      admit(context, 'restore')
      const { start } = await firstCommand(call)
      await limited(context, (signal) =>
        runJob(call, restoreWork(start, ports, signal), { ports, context }),
      )
    },
    verify: async (call, context) => {
      admit(context)
      const first = await firstCommand(call)
      if (first.command !== 'start') throw notStarted()
      await limited(context, (signal) =>
        runJob(call, verifyWork(first.start, call, ports, signal), { ports, context }),
      )
    },
  }
}

async function firstCommand<Command extends BackupCommand | RestoreCommand | VerifyCommand>(
  call: Call<JobEventInit, Command>,
): Promise<Command> {
  const command = await call.receive()
  if (command === undefined) {
    throw new CofferError('job-protocol', 'the Director ended the call before it began the Job')
  }
  return command
}

function notStarted(): CofferError {
  return new CofferError('job-protocol', 'the Director did not begin with the start of the Job')
}

function statusOf(ports: HandlerPorts, director: Readonly<LastDirector>): FiledStatusInit {
  const { book } = ports
  const running = book.running
  return {
    daemon: {
      name: ports.daemon,
      version: PRODUCT_VERSION_TEXT,
      os: ports.osName,
      startedMs: ports.startedMs,
      jobsRun: book.ranCount,
      jobsRunning: running.length,
      debugLevel: ports.debug.state().level,
      trace: ports.debug.state().isTracing,
      memoryRssBytes: ports.memoryRssBytes(),
      bandwidthLimit: ports.bandwidth.limit,
    },
    running,
    terminated: book.ended,
    director: director.name,
    directorConnectedMs: director.sinceMs,
    plugins: [],
  }
}
