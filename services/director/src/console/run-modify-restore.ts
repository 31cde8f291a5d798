// The parameters that only a restore has, changed one at a time.
import {
  type Bootstrap,
  countNumbers,
  messageOf,
  normaliseRanges,
  type NumberRange,
  parseBootstrap,
} from '@coffer/core'
import { readFile } from 'node:fs/promises'
import type { RestoreOptions } from '../job/request.ts'
import { choose, type CommandContext } from './context.ts'
import { type RunDraft, withOverrides } from './run-draft.ts'
import { REPLACE_TEXTS } from './run-summary.ts'

export const RESTORE_PARAMETERS = [
  'Bootstrap',
  'Where',
  'File Relocation',
  'Replace',
  'JobId',
] as const
type RestoreParameter = (typeof RESTORE_PARAMETERS)[number]

/** How to change one of the parameters. */
export function modifyRestore(
  parameter: RestoreParameter,
): (context: CommandContext, draft: RunDraft) => Promise<RunDraft> {
  return async (context, draft) => {
    const { restore } = draft.overrides
    if (restore === undefined) return draft
    switch (parameter) {
      case 'Bootstrap':
        return modifyBootstrap(context, draft, restore)
      case 'Where':
        return withRestore(draft, await modifyWhere(context, restore))
      case 'File Relocation':
        return withRestore(draft, await modifyRelocation(context, restore))
      case 'Replace':
        return withRestore(draft, await modifyReplace(context, restore))
      case 'JobId':
        await context.out.text('The JobIds were chosen before; start again to choose others.\n')
        return draft
    }
  }
}

function withRestore(draft: RunDraft, restore: RestoreOptions): RunDraft {
  return withOverrides(draft, { restore })
}

async function modifyBootstrap(
  context: CommandContext,
  draft: RunDraft,
  restore: RestoreOptions,
): Promise<RunDraft> {
  const path = await context.ask('Please enter the Bootstrap file name: ')
  if (path === '') return draft
  try {
    const bootstrap = await readBootstrapFile(path)
    return { ...withRestore(draft, { ...restore, ...bootstrap }), bootstrapFile: path }
  } catch (error) {
    await context.out.text(`Warning cannot open ${path}: ERR=${messageOf(error)}\n`)
    return draft
  }
}

/** A bootstrap that stands in a file, with the number of files that it says it holds. */
export async function readBootstrapFile(
  path: string,
): Promise<Pick<RestoreOptions, 'bootstrap' | 'filesExpected'>> {
  const text = await readFile(path, 'utf8')
  return { bootstrap: text, filesExpected: countFiles(parseBootstrap(text)) }
}

/** A file that goes on on the next Volume stands in two entries of its session. */
function countFiles({ entries }: Bootstrap): number {
  const bySession = new Map<string, NumberRange[]>()
  for (const { sessionIds, sessionTimes, fileIndexes } of entries) {
    const key = JSON.stringify([sessionIds, sessionTimes])
    bySession.set(key, [...(bySession.get(key) ?? []), ...fileIndexes])
  }
  return [...bySession.values()].reduce((sum, all) => sum + countNumbers(normaliseRanges(all)), 0)
}

async function modifyWhere(
  context: CommandContext,
  restore: RestoreOptions,
): Promise<RestoreOptions> {
  const typed = await context.ask('Please enter the full path prefix for restore (/ for none): ')
  return typed === '' ? restore : { ...unmoved(restore), where: typed === '/' ? '' : typed }
}

/** The options without any relocation. */
function unmoved(restore: RestoreOptions): RestoreOptions {
  const {
    where: _where,
    regexWhere: _regex,
    stripPrefix: _strip,
    addPrefix: _add,
    addSuffix: _suffix,
    ...rest
  } = restore
  return rest
}

const RELOCATIONS = [
  {
    label: 'Strip prefix',
    key: 'stripPrefix',
    question: 'Please enter the path prefix to strip: ',
  },
  {
    label: 'Add prefix',
    key: 'addPrefix',
    question: 'Please enter the path prefix to add (/ for none): ',
  },
  { label: 'Add file suffix', key: 'addSuffix', question: 'Please enter the file suffix to add: ' },
  {
    label: 'Enter a regexp',
    key: 'regexWhere',
    question: 'Please enter a valid regexp (!from!to!): ',
  },
] as const

const USE_IT = 'Use this ?'

async function modifyRelocation(
  context: CommandContext,
  restore: RestoreOptions,
): Promise<RestoreOptions> {
  let wanted: Partial<Record<(typeof RELOCATIONS)[number]['key'], string>> = {}
  for (;;) {
    const index = await choose(context, {
      heading: 'In the place of Where:',
      question: 'Select parameter to modify',
      items: [...RELOCATIONS.map(({ label }) => label), USE_IT],
    })
    const relocation = RELOCATIONS[index]
    if (relocation === undefined) break
    const value = await context.ask(relocation.question)
    wanted = { ...wanted, [relocation.key]: value === '/' ? '' : value }
  }
  const given = Object.entries(wanted).filter(([, value]) => value !== '')
  return given.length === 0 ? restore : { ...unmoved(restore), ...Object.fromEntries(given) }
}

async function modifyReplace(
  context: CommandContext,
  restore: RestoreOptions,
): Promise<RestoreOptions> {
  const choices = Object.entries(REPLACE_TEXTS) as [RestoreOptions['replace'], string][]
  const index = await choose(context, {
    heading: 'Replace:',
    question: 'Select replace option',
    items: choices.map(([, text]) => text),
  })
  return { ...restore, replace: choices[index]?.[0] ?? restore.replace }
}
