// The commands `help` and `.help`.
import { COMMANDS, findCommand } from '../command-table.ts'
import type { CommandRow } from '../command-row.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import type { Command, CommandContext } from '../context.ts'
import { DOT_COMMANDS } from '../dot-command-table.ts'
import type { Json } from '../output.ts'

export const helpCommand: Command = async (context) => {
  const { line, out } = context
  const wanted = line.args[0]?.text
  const row = wanted === undefined ? undefined : findCommand(wanted)
  if (wanted !== undefined && row === undefined) {
    await out.text(`\nCan't find ${wanted} command.\n\n`)
    if (out.api === 2) await out.error(`Can't find ${wanted} command.`)
    return
  }
  const rows = row === undefined ? permitted(context, COMMANDS) : [row]
  await out.text(
    '  Command            Description\n  =======            ===========\n' +
      rows.map(summary).join(''),
  )
  if (row !== undefined) await out.text(`\nArguments:\n\t${row.usage.join('\n\t')}\n`)
  await out.text('\nWhen at a prompt, entering a period (.) cancels the command.\n\n')
  for (const each of rows) out.value(each.name, facts(each))
}

function summary(row: CommandRow): string {
  const note = row.isAbsent ? ' (not part of Coffer yet)' : ''
  return `  ${row.name.padEnd(18)} ${row.description}${note}\n`
}

/** One line to a command: name, description, arguments. With `item=` only the arguments of that command. */
export const dotHelpCommand: Command = async (context) => {
  const { line, out } = context
  const item = findValue(line, 'item')
  if (item !== undefined) {
    const row = findCommand(item)
    if (row === undefined) return
    await out.text(`${usageOf(row)}\n`)
    out.value(row.name, facts(row))
    return
  }
  const rows = permitted(context, [...DOT_COMMANDS, ...COMMANDS])
  const isShort = hasKeyword(line, 'all')
  const text = isShort
    ? rows.map((row) => `${row.name}\n`)
    : rows.map((row) => `${row.name} ${row.description} -- ${usageOf(row)}\n`)
  await out.text(text.join(''))
  for (const row of rows) out.value(row.name, facts(row))
}

function permitted(context: CommandContext, rows: readonly CommandRow[]): CommandRow[] {
  return rows.filter(({ name }) => context.rights.allows('command', name))
}

function usageOf(row: CommandRow): string {
  return row.usage.map((text) => text.trim()).join(' ')
}

function facts(row: CommandRow): Json {
  return {
    command: row.name,
    description: row.description,
    arguments: usageOf(row),
    permission: row.isAbsent !== true,
  }
}
