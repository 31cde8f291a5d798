// docs/errors.md out of the error table.
import { catalogErrors } from '../errors/catalog.ts'
import { configErrors } from '../errors/config.ts'
import { consoleErrors } from '../errors/console.ts'
import { daemonErrors } from '../errors/daemon.ts'
import { deviceErrors } from '../errors/device.ts'
import { type ErrorEntry } from '../errors/entry.ts'
import { filedErrors } from '../errors/filed.ts'
import { jobErrors } from '../errors/job.ts'
import { pluginErrors } from '../errors/plugin.ts'
import { setupErrors } from '../errors/setup.ts'
import { volumeErrors } from '../errors/volume.ts'
import { wireErrors } from '../errors/wire.ts'
import { jobStatusText } from '../job.ts'
import { code, markdownTable } from './markdown.ts'

const AREAS: readonly (readonly [string, Readonly<Record<string, ErrorEntry>>])[] = [
  ['Configuration', configErrors],
  ['Connections between the parts', wireErrors],
  ['Catalog', catalogErrors],
  ['Volumes', volumeErrors],
  ['Devices', deviceErrors],
  ['File daemon', filedErrors],
  ['Jobs', jobErrors],
  ['Console', consoleErrors],
  ['Daemons as processes', daemonErrors],
  ['Plugins', pluginErrors],
  ['Setting up', setupErrors],
]

const HEAD = ['Code', 'Meaning', 'Reaches', 'Again', 'Job ends', 'Exit', 'What to do']

/** The whole document. */
export function errorsDocument(): string {
  const sections = AREAS.filter(([, table]) => Object.keys(table).length > 0).map(
    ([title, table]) =>
      `\n## ${title}\n\n${markdownTable(HEAD, Object.entries(table).map(errorRow))}`,
  )
  return `# Errors

<!-- Written by \`npm run gen\` from packages/core/src/errors. -->

Every error has a code that never changes its meaning. *Reaches* says how far the damage goes, *Again* whether the same
can succeed at another try, *Job ends* the status of a Job that it ends or marks, *Exit* the exit code of a command or
daemon that ends with it.
${sections.join('')}`
}

function errorRow([name, entry]: readonly [string, ErrorEntry]): string[] {
  const status = entry.jobStatus
  const ends = status === undefined ? '' : `${code(status)} ${jobStatusText(status)}`
  return [
    code(name),
    entry.meaning,
    entry.scope,
    entry.retry,
    ends,
    String(entry.exitCode),
    entry.hint,
  ]
}
