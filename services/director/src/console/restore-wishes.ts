// What a `restore` line asks for.
import { dropUndefined } from '../catalog/defined.ts'
import { CofferError, JOB_TYPES } from '@coffer/core'
import type { RestoreOptions } from '../job/request.ts'
import { findValue, hasKeyword, listValues } from './command-line.ts'
import { readReplace } from './commands/run.ts'
import type { CommandContext } from './context.ts'
import { parseDateInput } from './date-input.ts'
import { parseJobIds } from './list-filter.ts'

export interface RestoreWishes {
  readonly client: string | undefined
  readonly restoreClient: string | undefined
  readonly fileset: string | undefined
  readonly pool: string | undefined
  readonly storage: string | undefined
  readonly restoreJob: string | undefined
  readonly comment: string | undefined
  readonly pluginOptions: string | undefined
  readonly jobIds: readonly number[] | undefined
  readonly beforeMs: number | undefined
  readonly files: readonly string[]
  readonly directories: readonly string[]
  readonly fileRegex: string | undefined
  readonly bootstrap: string | undefined
  /** The newest backup is meant, without a menu. */
  readonly isCurrent: boolean
  /** Everything is marked from the start. */
  readonly isAll: boolean
  /** The tree is not entered. */
  readonly isDone: boolean
  readonly isArchive: boolean
  /** Copies are read where there are some. */
  readonly prefersCopies: boolean
  readonly relocation: Partial<
    Pick<RestoreOptions, 'where' | 'regexWhere' | 'stripPrefix' | 'addPrefix' | 'addSuffix'>
  >
  readonly replace: RestoreOptions['replace'] | undefined
}

const KEYWORDS = new Set(
  (
    'client restoreclient backupclient fileset pool storage restorejob comment pluginoptions jobid before file ' +
    'directory fileregex bootstrap current select all done yes copies archive where regexwhere strip_prefix ' +
    'add_prefix add_suffix replace backupformat catalog job fd sd unmark_all'
  ).split(' '),
)

/** Reads the line. Throws `console-usage` for what cannot be meant. */
export function readWishes(context: CommandContext): RestoreWishes {
  const { line } = context
  const odd = line.args.find(({ keyword }) => !KEYWORDS.has(keyword))
  if (odd !== undefined) throw new CofferError('console-usage', `Unknown keyword: ${odd.text}`)
  const jobIds = findValue(line, 'jobid')
  return {
    client: findValue(line, 'client', 'fd', 'backupclient'),
    restoreClient: findValue(line, 'restoreclient'),
    fileset: findValue(line, 'fileset'),
    pool: findValue(line, 'pool'),
    storage: findValue(line, 'storage', 'sd'),
    restoreJob: findValue(line, 'restorejob', 'job'),
    comment: findValue(line, 'comment'),
    pluginOptions: findValue(line, 'pluginoptions'),
    jobIds: jobIds === undefined ? undefined : parseJobIds(jobIds),
    beforeMs: beforeOf(context),
    files: listValues(line, 'file'),
    directories: listValues(line, 'directory'),
    fileRegex: findValue(line, 'fileregex'),
    bootstrap: findValue(line, 'bootstrap'),
    isCurrent: hasKeyword(line, 'current', 'select'),
    isAll: hasKeyword(line, 'all'),
    isDone: hasKeyword(line, 'done'),
    isArchive: hasKeyword(line, 'archive'),
    prefersCopies: hasKeyword(line, 'copies'),
    relocation: relocationOf(context),
    replace: readReplace(findValue(line, 'replace')),
  }
}

function beforeOf({ line }: CommandContext): number | undefined {
  const text = findValue(line, 'before', 'select')
  if (text === undefined || text === '') return undefined
  const beforeMs = parseDateInput(text)
  if (beforeMs === undefined) {
    throw new CofferError('console-usage', `Improper date format: ${text}`)
  }
  return beforeMs
}

function relocationOf({ line }: CommandContext): RestoreWishes['relocation'] {
  return dropUndefined({
    where: findValue(line, 'where'),
    regexWhere: findValue(line, 'regexwhere'),
    stripPrefix: findValue(line, 'strip_prefix'),
    addPrefix: findValue(line, 'add_prefix'),
    addSuffix: findValue(line, 'add_suffix'),
  })
}

/** Names of the Jobs that restore, within the console's rights. */
export function restoreJobs({ config, rights }: CommandContext): string[] {
  return [...config.jobs.values()]
    .filter(({ type, name }) => type === JOB_TYPES.restore.letter && rights.allows('job', name))
    .map(({ name }) => name)
}
