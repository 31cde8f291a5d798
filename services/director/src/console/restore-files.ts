// The second part of a restore: which files of the chosen Jobs.
import { CofferError, displayPath, withCommas } from '@coffer/core'
import type { FileVersion, JobChain } from '../catalog/files.ts'
import { Selection } from '../restore/plan.ts'
import { RestoreTree } from '../restore/tree.ts'
import type { CommandContext } from './context.ts'
import { confirm } from './context.ts'
import { jobIdsText, type RestoreJobsChosen } from './restore-chain.ts'
import type { RestoreSource } from './restore-source.ts'
import { useTree } from './restore-tree.ts'
import type { RestoreWishes } from './restore-wishes.ts'

/**
 * `selection`: files by FileIndex. `everything`: whole Jobs, whose files the Catalog does not know any more.
 * `bootstrap`: a file that says it all.
 */
export type ChosenFiles =
  | {
      readonly kind: 'selection'
      readonly selection: Selection
      readonly chain: JobChain
      readonly client: string
    }
  | { readonly kind: 'everything'; readonly chain: JobChain; readonly client: string }
  | { readonly kind: 'bootstrap'; readonly path: string; readonly client: string | undefined }

/** Undefined when nothing is to be restored, which is said. */
export async function chooseFiles(
  context: CommandContext,
  wishes: RestoreWishes,
  source: RestoreSource,
): Promise<ChosenFiles | undefined> {
  switch (source.kind) {
    case 'bootstrap':
      return { kind: 'bootstrap', path: source.path, client: wishes.client }
    case 'kept':
      return chooseKept(context, wishes, source.name)
    case 'names':
      return chooseByName(context, source)
    case 'jobs':
      return chooseInTree(context, wishes, source.chosen)
  }
}

/** What .bvfs_restore has chosen, when this console may have all of it. */
async function chooseKept(
  context: CommandContext,
  wishes: RestoreWishes,
  name: string,
): Promise<ChosenFiles | undefined> {
  const { house, out, rights } = context
  const kept = house.selections.get(name)
  if (kept === undefined) {
    await out.error(`Nothing was chosen under the name "${name}".`)
    return undefined
  }
  const { selection, jobs } = kept
  const isPermitted = jobs.every(
    (job) => rights.allows('job', job.name) && rights.allows('client', job.client),
  )
  if (!isPermitted) throw new CofferError('console-denied', `"${name}" is not authorized`)
  const chain = jobs.map(({ jobId }) => jobId)
  const client = wishes.client ?? jobs[0]?.client ?? ''
  return { kind: 'selection', selection, chain, client }
}

async function chooseInTree(
  context: CommandContext,
  wishes: RestoreWishes,
  chosen: RestoreJobsChosen,
): Promise<ChosenFiles | undefined> {
  const { out, director } = context
  const chain = chosen.jobs.map(({ jobId }) => jobId)
  await out.text(`Building directory tree for JobId(s) ${jobIdsText(chosen.jobs)} ...  \n`)
  const tree = await RestoreTree.open(director.catalog.files, chain)
  const total = await tree.countAll()
  if (total === 0) return chooseEverything(context, chain, chosen.client)
  if (wishes.isAll) tree.markAll(true)
  const marked = wishes.isAll ? ' and marked for extraction' : ''
  await out.text(`${withCommas(total)} files inserted into the tree${marked}.\n`)
  if (!wishes.isDone && !(await useTree(context, tree))) return undefined
  const selection = new Selection()
  for await (const batch of tree.marked()) {
    context.signal.throwIfAborted()
    for (const file of batch) selection.add(file)
  }
  return requireFiles(context, { kind: 'selection', selection, chain, client: chosen.client })
}

async function requireFiles(
  { out }: CommandContext,
  chosen: ChosenFiles & { readonly kind: 'selection' },
): Promise<ChosenFiles | undefined> {
  if (chosen.selection.files > 0) return chosen
  await out.text('No files selected to be restored.\n')
  if (out.api === 2) await out.error('No files selected to be restored.')
  return undefined
}

/** The Catalog has no files of these Jobs: they can only be restored as a whole. */
async function chooseEverything(
  context: CommandContext,
  chain: JobChain,
  client: string,
): Promise<ChosenFiles | undefined> {
  await context.out.text(
    '\nFor one or more of the JobIds selected, no files were found,\n' +
      'so file selection is not possible.\nMost likely your retention policy pruned the files.\n',
  )
  const question = '\nDo you want to restore all the files? (yes|no): '
  const isWanted = await confirm(context, question)
  return isWanted ? { kind: 'everything', chain, client } : undefined
}

type NamedSource = RestoreSource & { readonly kind: 'names' }

async function chooseByName(
  context: CommandContext,
  source: NamedSource,
): Promise<ChosenFiles | undefined> {
  const selection = new Selection()
  const jobIds = new Set<number>()
  let client = source.chosen?.client ?? source.client
  for (const path of source.files) {
    const found = await findFile(context, source, path)
    if (found === undefined) {
      await context.out.error(`No database record found for: ${displayPath(path)}`)
      continue
    }
    client ??= found.client
    jobIds.add(found.jobId)
    selection.add({ ...found, isDirectory: path.endsWith('/') })
  }
  for (const path of source.directories) {
    for (const jobId of await addDirectory(context, source, path, selection)) jobIds.add(jobId)
  }
  const chain = source.chosen?.jobs.map(({ jobId }) => jobId) ?? [...jobIds].sort((a, b) => a - b)
  return requireFiles(context, { kind: 'selection', selection, chain, client: client ?? '' })
}

interface FoundFile {
  readonly jobId: number
  readonly fileIndex: number
  readonly lstat: string
  readonly client: string
}

/** In the chosen Jobs, or else in the newest Job of the Client that has the file. */
async function findFile(
  context: CommandContext,
  source: NamedSource,
  path: string,
): Promise<FoundFile | undefined> {
  const { files } = context.director.catalog
  if (source.chosen !== undefined) {
    const { jobs, client } = source.chosen
    const found = await files.findInChain(
      jobs.map(({ jobId }) => jobId),
      path,
    )
    return found === undefined ? undefined : { ...found, client }
  }
  const client = source.client ?? (await onlyClient(context))
  if (client === undefined) return undefined
  const versions = await files.versions(path, client, MAX_VERSIONS)
  return versions.find((version) => isWanted(context, source, version))
}

const MAX_VERSIONS = 1000

function isWanted(
  { rights }: CommandContext,
  { beforeMs }: NamedSource,
  version: FileVersion,
): boolean {
  const isInTime = beforeMs === undefined || (version.startMs ?? 0) <= beforeMs
  return isInTime && !version.isDeleted && rights.allows('job', version.jobName)
}

/** The Client, when there is one only: otherwise a name alone does not say whose file is meant. */
async function onlyClient(context: CommandContext): Promise<string | undefined> {
  const rows = await context.director.catalog.clients.list()
  const names = rows.map(({ name }) => name).filter((name) => context.rights.allows('client', name))
  if (names.length === 1) return names[0]
  await context.out.error('Which Client is meant must be said: client= is missing.')
  return undefined
}

/** Everything in and below a directory of the chosen Jobs; returns the Jobs that hold it. */
async function addDirectory(
  context: CommandContext,
  source: NamedSource,
  typed: string,
  selection: Selection,
): Promise<Set<number>> {
  const { files } = context.director.catalog
  const jobIds = new Set<number>()
  const chain = source.chosen?.jobs.map(({ jobId }) => jobId) ?? []
  const path = typed.endsWith('/') ? typed : `${typed}/`
  const pathId = await files.findPath(path)
  if (pathId !== undefined) {
    for await (const batch of files.walkIndexes(chain, pathId)) {
      for (const file of batch) {
        selection.add(file)
        jobIds.add(file.jobId)
      }
    }
  }
  if (jobIds.size === 0) {
    await context.out.error(`No database record found for: ${displayPath(path)}`)
  }
  return jobIds
}
