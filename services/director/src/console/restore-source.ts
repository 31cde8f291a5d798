// The first part of a restore: which Jobs, or which single files of whichever Jobs have them.
import { CofferError } from '@coffer/core'
import { announceCatalog, choose, type CommandContext } from './context.ts'
import { askNames, expandNames } from './restore-names.ts'
import {
  announceJobs,
  askDate,
  askJobIds,
  chainOf,
  orderJobs,
  type RestoreJobsChosen,
  selectChain,
} from './restore-chain.ts'
import { showFileVersions, showLastJobs } from './restore-lists.ts'
import type { RestoreWishes } from './restore-wishes.ts'
import { runSql } from './commands/query.ts'

/**
 * `jobs`: files are marked in the tree of these Jobs. `names`: files by name, of the chosen Jobs or of the newest that
 * has each. `bootstrap`: a file says everything. `kept`: .bvfs_restore has chosen.
 */
export type RestoreSource =
  | { readonly kind: 'jobs'; readonly chosen: RestoreJobsChosen }
  | {
      readonly kind: 'names'
      readonly files: readonly string[]
      readonly directories: readonly string[]
      readonly chosen: RestoreJobsChosen | undefined
      readonly client: string | undefined
      readonly beforeMs: number | undefined
    }
  | { readonly kind: 'bootstrap'; readonly path: string }
  | { readonly kind: 'kept'; readonly name: string }

/** By the line where it says enough, otherwise by the menu. Undefined when nothing was chosen, which is said. */
export async function chooseSource(
  context: CommandContext,
  wishes: RestoreWishes,
): Promise<RestoreSource | undefined> {
  if (wishes.bootstrap !== undefined) return { kind: 'bootstrap', path: wishes.bootstrap }
  const kept = wishes.files.find((file) => file.startsWith('?'))
  if (kept !== undefined) return { kind: 'kept', name: kept.slice(1) }
  const isByName = wishes.files.length > 0 || wishes.directories.length > 0
  const chosen = await jobsOfLine(context, wishes, isByName)
  if (chosen === 'nothing') return undefined
  if (isByName) {
    return {
      kind: 'names',
      files: await expandNames(wishes.files),
      directories: await expandNames(wishes.directories),
      chosen,
      client: wishes.client,
      beforeMs: wishes.beforeMs,
    }
  }
  if (chosen !== undefined) {
    await announceJobs(context, chosen.jobs)
    return { kind: 'jobs', chosen }
  }
  return chooseByMenu(context, wishes)
}

/** Jobs that the line names; undefined when it names none, "nothing" when there are none of those. */
async function jobsOfLine(
  context: CommandContext,
  wishes: RestoreWishes,
  isByName: boolean,
): Promise<RestoreJobsChosen | undefined | 'nothing'> {
  if (wishes.jobIds !== undefined) {
    return (await orderJobs(context, wishes.jobIds, wishes)) ?? 'nothing'
  }
  const needsChain = wishes.directories.length > 0
  if (isByName && !needsChain) return undefined
  if (!needsChain && !wishes.isCurrent && wishes.beforeMs === undefined) return undefined
  return (await selectChain(context, wishes, wishes.beforeMs)) ?? 'nothing'
}

const INTRODUCTION = `
First you select one or more JobIds that contain files
to be restored. You will be presented several methods
of specifying the JobIds. Then you will be allowed to
select which files from those JobIds are to be restored.

`

const HEADING = 'To select the JobIds, you have the following choices:'

const CHOICES = [
  'List last 20 Jobs run',
  'List Jobs where a given File is saved',
  'Enter list of comma separated JobIds to select',
  'Enter SQL list command',
  'Select the most recent backup for a client',
  'Select backup for a client before a specified time',
  'Enter a list of files to restore',
  'Enter a list of files to restore before a specified time',
  'Find the JobIds of the most recent backup for a client',
  'Find the JobIds for a backup for a client before a specified time',
  'Enter a list of directories to restore for found JobIds',
  'Select full restore to a specified Job date',
  'Cancel',
] as const

/** What a choice of the menu leads to: a source, the menu again (perhaps with Jobs found), or the end. */
type Step =
  | { readonly next: 'source'; readonly source: RestoreSource }
  | { readonly next: 'menu'; readonly found?: RestoreJobsChosen }
  | { readonly next: 'end' }

const END: Step = { next: 'end' }
const MENU: Step = { next: 'menu' }

interface MenuState {
  readonly context: CommandContext
  readonly wishes: RestoreWishes
  /** Jobs that choices 9 and 10 found, for choice 11. */
  readonly found: RestoreJobsChosen | undefined
}

async function chooseByMenu(
  context: CommandContext,
  wishes: RestoreWishes,
): Promise<RestoreSource | undefined> {
  await context.out.text(INTRODUCTION)
  let found: RestoreJobsChosen | undefined
  for (;;) {
    const index = await choose(context, {
      heading: HEADING,
      question: 'Select item: ',
      items: CHOICES,
    })
    const step = (await STEPS[index]?.({ context, wishes, found })) ?? END
    if (step.next === 'source') return step.source
    if (step.next === 'end') return undefined
    found = step.found ?? found
  }
}

const STEPS: readonly ((state: MenuState) => Promise<Step>)[] = [
  async ({ context }) => {
    requireSql(context)
    await showLastJobs(context)
    return MENU
  },
  async ({ context, wishes }) => {
    await showFileVersions(context, wishes)
    return MENU
  },
  async ({ context, wishes }) => toTree(context, await askJobIds(context, wishes)),
  async ({ context }) => {
    requireSql(context)
    await announceCatalog(context, 'query')
    const sql = await context.ask('Enter SQL list command: ')
    if (sql !== '') await runSql(context, sql, 'table')
    return MENU
  },
  async ({ context, wishes }) => toTree(context, await selectChain(context, wishes, undefined)),
  async ({ context, wishes }) => {
    const beforeMs = await askDate(context)
    return toTree(context, await selectChain(context, wishes, beforeMs))
  },
  async ({ context, wishes }) => byNames(context, wishes, undefined),
  async ({ context, wishes }) => byNames(context, wishes, await askDate(context)),
  async ({ context, wishes }) => findJobs(context, await selectChain(context, wishes, undefined)),
  async ({ context, wishes }) => {
    const beforeMs = await askDate(context)
    return findJobs(context, await selectChain(context, wishes, beforeMs))
  },
  byDirectories,
  async ({ context, wishes }) => toTree(context, await chainOf(context, wishes)),
  () => Promise.resolve(END),
]

function requireSql({ rights }: CommandContext): void {
  if (!rights.allows('command', 'sqlquery')) {
    throw new CofferError('console-denied', 'SQL query not authorized')
  }
}

async function toTree(
  context: CommandContext,
  chosen: RestoreJobsChosen | undefined,
): Promise<Step> {
  if (chosen === undefined) return END
  await announceJobs(context, chosen.jobs)
  return { next: 'source', source: { kind: 'jobs', chosen } }
}

async function findJobs(
  context: CommandContext,
  chosen: RestoreJobsChosen | undefined,
): Promise<Step> {
  if (chosen === undefined) return END
  await announceJobs(context, chosen.jobs)
  return { next: 'menu', found: chosen }
}

async function byNames(
  context: CommandContext,
  wishes: RestoreWishes,
  beforeMs: number | undefined,
): Promise<Step> {
  await context.out.text(
    'Enter file names with their paths, one to a line; <name takes those in a file.\n' +
      'A blank line ends the list.\n',
  )
  const files = await askNames(context, 'Enter full filename: ')
  if (files.length === 0) return END
  const { client } = wishes
  const source = { kind: 'names', files, directories: [], chosen: undefined, client } as const
  return { next: 'source', source: { ...source, beforeMs } }
}

async function byDirectories({ context, wishes, found }: MenuState): Promise<Step> {
  const chosen = found ?? (await askJobIds(context, wishes))
  if (chosen === undefined) return END
  await context.out.text(
    'Enter directories with their paths, one to a line; <name takes those in a file.\n' +
      'A blank line ends the list.\n',
  )
  const directories = await askNames(context, 'Enter directory name: ')
  if (directories.length === 0) return END
  const source = { kind: 'names', files: [], directories, chosen, beforeMs: undefined } as const
  return { next: 'source', source: { ...source, client: wishes.client } }
}
