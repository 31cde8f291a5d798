// docs/console.md out of the command tables.
import { COMMANDS } from './command-table.ts'
import type { CommandRow } from './command-row.ts'
import { DOT_COMMANDS } from './dot-command-table.ts'

const HEAD = `# The console

<!-- Written by \`npm run gen\` from the command tables; changes go there. -->

\`coffer console\` talks to the Director; every command may be shortened to any beginning, the first one in this order wins.
A period leaves a question. \`.api 2\` makes every answer one JSON-RPC object with the same facts, for programs; questions
are errors then. \`help COMMAND\` shows the arguments.

- **script**: may stand in a RunScript with \`Console =\`.
- **audited**: written down when the Director has \`Auditing = yes\`; \`Audit Events\` names others.

A console resource may give the commands that its Command ACL and those of its Profiles allow: the first entry that matches
decides, \`!\` before an entry denies, an entry with regular expression characters must match the whole name, \`*all*\`
matches everything, and what nothing matches is denied. The same holds for Jobs, Clients, Storages, Schedules, Pools,
FileSets, Catalogs, places to restore to (Where ACL: where=, regexwhere= and the prefixes) and plugin options; lists leave
out rows of what is denied.
`

/** The whole page. */
export function consoleDocument(): string {
  return [
    HEAD,
    '## Commands\n',
    ...COMMANDS.map(section),
    '## Commands for programs\n',
    'Their answers are plain lines, or JSON objects in `.api 2`.\n',
    ...DOT_COMMANDS.filter(({ name }) => name !== '.').map(section),
  ].join('\n')
}

function section(row: CommandRow): string {
  const flags = [
    row.inRunScript === true ? 'script' : '',
    row.isAudited === true ? 'audited' : '',
    row.isAbsent === true ? '**not part of Coffer yet**' : '',
  ].filter((flag) => flag !== '')
  const note = flags.length === 0 ? '' : ` (${flags.join(', ')})`
  const usage =
    row.usage.length === 0
      ? ''
      : `\n\`\`\`\n${row.name} ${row.usage.map((line) => line.trim()).join('\n  ')}\n\`\`\`\n`
  return `### ${row.name}\n\n${row.description}${note}.\n${usage}`
}
