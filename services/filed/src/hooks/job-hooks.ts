// Runs the hooks of a Job: programs of the administrator, called around backup and restore as TKLBAM calls its own.
import { type Clock, CofferError, type MessageType } from '@coffer/core'
import type { CommandOptions, CommandResult } from '@coffer/daemon'
import { type Hook, listHooks } from './hook-list.ts'

/**
 * `pre` before anything else; `inspect` when it is known what the Job works on and before the first byte moves; `post`
 * after the last one.
 */
type HookState = 'pre' | 'inspect' | 'post'

export interface HookSettings {
  readonly directory: string
  readonly timeoutMs: number
  /** What every hook inherits. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface JobHooksOptions extends HookSettings {
  readonly operation: 'backup' | 'restore'
  /** Names the Job to its hooks: "COFFER_JOBID" and so on. */
  readonly jobEnv: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly runCommand: (options: CommandOptions) => Promise<CommandResult>
  readonly tell: (type: MessageType, text: string) => Promise<void>
}

export interface JobHooks {
  /**
   * Runs every enabled hook with the arguments operation and state, one after the other. The first that does not end
   * with 0 stops the Job: neither later hooks nor later states are run.
   * @throws CofferError hook-failed, hook-unsafe, hooks-unreadable, job-canceled
   */
  run(state: HookState): Promise<void>
}

export function jobHooks(options: JobHooksOptions): JobHooks {
  return {
    run: async (state) => {
      const hooks = await listHooks(options.directory)
      for (const hook of hooks.filter(({ enabled }) => enabled)) await runHook(hook, state, options)
    },
  }
}

async function runHook(hook: Hook, state: HookState, options: JobHooksOptions): Promise<void> {
  const { operation, env, jobEnv, clock, signal, timeoutMs, runCommand, tell } = options
  const startedMs = clock.nowMs()
  // One line after the other, in the order in which they came.
  let told: Promise<void> = Promise.resolve()
  const result = await runCommand({
    argv: [hook.path, operation, state],
    env: { ...env, ...jobEnv },
    timeoutMs,
    signal,
    onLine: (line, stream) => {
      const type = stream === 'stderr' ? 'warning' : 'info'
      told = told.then(() => tell(type, `${hook.name}: ${line}`))
    },
  })
  await told
  signal.throwIfAborted()
  const seconds = ((clock.nowMs() - startedMs) / 1000).toFixed(1)
  const failure = failureOf(result, timeoutMs)
  await tell('info', `Hook ${hook.name} ${operation} ${state}: ${failure ?? 'ok'} (${seconds}s)`)
  if (failure === undefined) return
  const text = `HookError: ${hook.path} ${operation} ${state}: ${failure}`
  throw new CofferError('hook-failed', text)
}

/** Why a hook counts as failed, undefined for one that ended well. Pure. */
function failureOf(result: CommandResult, timeoutMs: number): string | undefined {
  if (result.timedOut) return `no end within ${timeoutMs / 1000} seconds`
  if (result.signal !== undefined) return `ended by ${result.signal}`
  if (result.exitCode === 0) return undefined
  return `exit code ${String(result.exitCode)}`
}
