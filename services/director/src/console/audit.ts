// The audit trail: which commands leave a line there, and what that line may say.
import type { CommandRow } from './command-row.ts'
import { DEFAULT_CONSOLE } from './context.ts'

export interface AuditRules {
  readonly auditing: boolean
  /** Names of commands; none means every command that changes or shows something. */
  readonly auditEvents: readonly string[]
}

/** Whether a command is audited. Audit Events that are named stand for themselves, `*all*` for every command. */
export function isAudited({ auditing, auditEvents }: AuditRules, row: CommandRow): boolean {
  if (!auditing) return false
  if (auditEvents.length === 0) return row.isAudited === true
  const events = auditEvents.map((event) => event.toLowerCase())
  return events.includes('*all*') || events.includes(row.name)
}

export interface AuditedLine {
  readonly console: string
  readonly address: string
  readonly text: string
  /** The access rules of the console did not let it through. */
  readonly isDenied?: boolean
}

/** `Console [ops] from [10.0.0.7] cmdline run job=x`; passwords on the line are masked. */
export function auditText({ console, address, text, isDenied }: AuditedLine): string {
  const who = console === DEFAULT_CONSOLE ? 'default' : console
  const verb = isDenied === true ? 'was denied' : 'cmdline'
  return `Console [${who}] from [${address}] ${verb} ${maskPasswords(text)}`
}

function maskPasswords(text: string): string {
  return text.replaceAll(/(password\w*=)("(?:[^"\\]|\\.)*"?|\S+)/gi, '$1***')
}
