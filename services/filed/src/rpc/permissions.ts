// What a Director may have done here: Monitor, Allowed Job Command and Allowed Script Dir. Pure.
import type { FiledConfig } from '../config/load.ts'

/** Words of Allowed Job Command. */
export type JobCommand = 'backup' | 'restore' | 'verify' | 'estimate' | 'runscript'

export interface Permissions {
  /** It may ask for the status only. */
  readonly isMonitor: boolean
  /** All when there is none. */
  readonly commands: readonly string[]
  readonly scriptDirs: readonly string[]
}

/** The lists of the Director resource, or those of the daemon where it has none. */
export function permissionsOf({ client, directors }: FiledConfig, name: string): Permissions {
  const director = directors.get(name)
  const lists = (own: readonly string[] | undefined, all: readonly string[] | undefined) =>
    own !== undefined && own.length > 0 ? own : (all ?? [])
  return {
    isMonitor: director?.monitor === true,
    commands: lists(director?.allowedJobCommand, client.allowedJobCommand),
    scriptDirs: lists(director?.allowedScriptDir, client.allowedScriptDir),
  }
}

/** Why it may not, as the rest of a sentence; undefined when it may. Without `command` it asks for no Job. */
export function refusalOf(
  permissions: Permissions,
  command: JobCommand | undefined,
): string | undefined {
  if (permissions.isMonitor) return 'may only ask for the status'
  const { commands } = permissions
  if (command === undefined || commands.length === 0) return undefined
  if (commands.some((each) => each.toLowerCase() === command)) return undefined
  return `may not have this daemon do a ${command}: Allowed Job Command is ${commands.join(', ')}`
}
