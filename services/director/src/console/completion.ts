// What may stand next on a command line: commands, keywords, and the names that keywords take.
import { JOB_LEVELS } from '@coffer/core'
import type { Director } from '../director.ts'
import type { Rights } from './acl.ts'
import type { CommandRow } from './command-row.ts'
import { COMMANDS, findCommand } from './command-table.ts'
import { DOT_COMMANDS } from './dot-command-table.ts'
import { quoteWord } from './command-line.ts'
import { listNames, type ResourceKind } from './resources.ts'

/** Candidates for the last word of the line, in order. */
export async function completeLine(
  line: string,
  director: Director,
  rights: Rights,
): Promise<readonly string[]> {
  const words = line.split(/\s+/)
  const last = words.at(-1) ?? ''
  if (words.length <= 1) return completeCommand(last, rights)
  const row = findCommand(words[0] ?? '')
  if (row === undefined || !rights.allows('command', row.name)) return []
  if (row.name === 'help') return completeCommand(last, rights)
  const equals = last.indexOf('=')
  if (equals < 0) return keywordsOf(row).filter((keyword) => keyword.startsWith(last))
  const keyword = last.slice(0, equals)
  const names = await valuesOf(keyword, director, rights)
  return names
    .filter((name) => name.startsWith(last.slice(equals + 1)))
    .map((name) => `${keyword}=${quoteWord(name)}`)
}

function completeCommand(typed: string, rights: Rights): string[] {
  const table = typed.startsWith('.') ? DOT_COMMANDS : COMMANDS
  return table
    .map(({ name }) => name)
    .filter((name) => name.startsWith(typed) && rights.allows('command', name))
}

/** Keywords of the argument summary: `job=`, `yes`. */
export function keywordsOf(row: CommandRow): string[] {
  const words = row.usage.join(' ').matchAll(/(?<![\w<-])([a-z_]+)(=)?(?![\w>-])/g)
  const keywords = [...words].map(([, word = '', equals = '']) => `${word}${equals}`)
  return [...new Set(keywords)].sort()
}

const KEYWORD_KINDS: Readonly<Record<string, ResourceKind>> = {
  job: 'job',
  jobname: 'job',
  restorejob: 'job',
  verifyjob: 'job',
  client: 'client',
  restoreclient: 'client',
  backupclient: 'client',
  storage: 'storage',
  pool: 'pool',
  nextpool: 'pool',
  recyclepool: 'pool',
  fileset: 'fileset',
  schedule: 'schedule',
}

async function valuesOf(
  keyword: string,
  director: Director,
  rights: Rights,
): Promise<readonly string[]> {
  const kind = KEYWORD_KINDS[keyword]
  if (kind !== undefined) return listNames({ config: director.config(), rights }, kind)
  switch (keyword) {
    case 'level':
      return Object.values(JOB_LEVELS).map(({ text }) => text)
    case 'replace':
      return ['always', 'ifnewer', 'ifolder', 'never']
    case 'catalog':
      return [director.catalog.name]
    case 'volume':
    case 'oldvolume': {
      const volumes = await director.catalog.media.list({})
      return volumes.filter(({ pool }) => rights.allows('pool', pool)).map(({ name }) => name)
    }
    default:
      return []
  }
}
