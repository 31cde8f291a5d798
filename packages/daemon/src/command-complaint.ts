// What is wrong with how a command ended, in words.
import type { CommandResult } from './exec.ts'

/** Why a command counts as failed, with the last line that it wrote to stderr; undefined after exit code 0. */
export function commandComplaint(result: CommandResult): string | undefined {
  if (result.exitCode === 0 && !result.timedOut && !result.aborted) return undefined
  const last = result.stderrTail.toString('utf8').trimEnd().split('\n').at(-1) ?? ''
  const how = howItEnded(result)
  return last === '' ? how : `${how}, ${last}`
}

function howItEnded({ timedOut, signal, exitCode }: CommandResult): string {
  if (timedOut) return 'it took too long'
  return signal === undefined ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`
}
