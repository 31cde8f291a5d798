// The commands that browse backups for programs: .bvfs_lsdirs, .bvfs_lsfiles, .bvfs_versions and what a restore needs.
import { CofferError } from '@coffer/core'
import type { TreeEntry } from '../../catalog/files.ts'
import type { JobRow } from '../../catalog/jobs.ts'
import { Selection } from '../../restore/plan.ts'
import {
  type BrowsedEntry,
  entryFacts,
  entryText,
  statFacts,
  versionFacts,
  versionText,
} from '../bvfs-rows.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { type Command, type CommandContext, findNumber, hasYes } from '../context.ts'
import { parseJobIds } from '../list-filter.ts'
import { requireResource } from '../resources.ts'

/** Rows of one answer when the line names no limit, as in Bareos. */
const DEFAULT_LIMIT = 2000
/** Longest list of numbers on a line. */
const MAX_IDS = 100_000
/** Selections that wait for their restore. */
const MAX_SELECTIONS = 100

/** Nothing to do: visibility is written with the files of a Job. */
export const bvfsUpdateCommand: Command = async (context) => {
  if (findValue(context.line, 'jobid') !== undefined) await chainOfLine(context)
}

export const bvfsClearCacheCommand: Command = async ({ line, out }) => {
  if (!hasYes(line)) throw new CofferError('console-usage', '.bvfs_clear_cache takes yes')
  await out.text('OK\n')
}

/** The Jobs of `jobid=` that this console may see, oldest first. */
async function chainOfLine(context: CommandContext): Promise<JobRow[]> {
  const given = findValue(context.line, 'jobid')
  if (given === undefined) throw new CofferError('console-usage', 'jobid= is missing')
  const jobs = await context.director.catalog.restore.orderChain(parseJobIds(given))
  const { rights } = context
  const visible = jobs.filter(
    ({ name, client }) => rights.allows('job', name) && rights.allows('client', client),
  )
  if (visible.length < jobs.length) await context.out.warning('Some JobIds are not authorized.')
  if (visible.length === 0) throw new CofferError('console-usage', `no Job has the jobid ${given}`)
  return visible
}

interface Place {
  readonly chain: readonly number[]
  readonly pathId: number
  readonly path: string
}

/** Undefined when there is no such directory in the Catalog. */
async function placeOfLine(context: CommandContext): Promise<Place | undefined> {
  const { files } = context.director.catalog
  const chain = (await chainOfLine(context)).map(({ jobId }) => jobId)
  const pathId = findNumber(context.line, 'pathid')
  if (pathId !== undefined) {
    const path = await files.pathOf(pathId)
    return path === undefined ? undefined : { chain, pathId, path }
  }
  const typed = findValue(context.line, 'path')
  if (typed === undefined) throw new CofferError('console-usage', 'path= or pathid= is missing')
  const path = typed === '' || typed.endsWith('/') ? typed : `${typed}/`
  const found = path === '' ? await files.rootPathId() : await files.findPath(path)
  return found === undefined ? undefined : { chain, pathId: found, path }
}

export const bvfsLsdirsCommand: Command = (context) => listEntries(context, 'directories')
export const bvfsLsfilesCommand: Command = (context) => listEntries(context, 'files')

async function listEntries(context: CommandContext, key: 'directories' | 'files'): Promise<void> {
  const { line, out } = context
  const place = await placeOfLine(context)
  const entries = place === undefined ? [] : await entriesOf(context, place, key)
  const offset = findNumber(line, 'offset') ?? 0
  const shown = entries.slice(offset, offset + (findNumber(line, 'limit') ?? DEFAULT_LIMIT))
  out.value(key, shown.map(entryFacts))
  await out.text(shown.map(entryText).join(''))
}

async function entriesOf(
  context: CommandContext,
  place: Place,
  key: 'directories' | 'files',
): Promise<BrowsedEntry[]> {
  const { files } = context.director.catalog
  const entries = await files.listDirectory(place.chain, place.pathId)
  const wanted = entries.filter(({ isDirectory }) => isDirectory === (key === 'directories'))
  const listed = wanted.map((entry) => browsedEntry(entry, place.path))
  return key === 'files' ? listed : [...(await ownEntries(context, place)), ...listed]
}

function browsedEntry(entry: TreeEntry, path: string): BrowsedEntry {
  const name = entry.isDirectory ? `${entry.name}/` : entry.name
  return { ...entry, type: entry.isDirectory ? 'D' : 'F', name, fullPath: path + name }
}

/** `.` and `..`; the root of all has neither. */
async function ownEntries(context: CommandContext, place: Place): Promise<BrowsedEntry[]> {
  const { browse, files } = context.director.catalog
  const parent = await browse.parentOf(place.pathId)
  if (parent === undefined || parent === 0) return []
  const name = place.path.slice(0, -1).split('/').at(-1) ?? ''
  const own = await files.findInDirectory(place.chain, parent, name)
  const none = { type: 'D', fileId: 0, jobId: 0, lstat: '' } as const
  return [
    { ...none, ...pickSaved(own), pathId: place.pathId, name: '.', fullPath: place.path },
    { ...none, pathId: parent, name: '..', fullPath: (await files.pathOf(parent)) ?? '' },
  ]
}

function pickSaved(entry: TreeEntry | undefined): Partial<BrowsedEntry> {
  if (entry?.isDirectory !== true) return {}
  return { fileId: entry.fileId, jobId: entry.jobId, lstat: entry.lstat }
}

export const bvfsVersionsCommand: Command = async (context) => {
  const { line, out, rights, director } = context
  const client = findValue(line, 'client')
  const pathId = findNumber(line, 'pathid')
  const name = findValue(line, 'fname')
  if (client === undefined || pathId === undefined || name === undefined) {
    throw new CofferError('console-usage', '.bvfs_versions takes client=, pathid= and fname=')
  }
  if (!(await requireResource(context, 'client', client))) return
  const versions = await director.catalog.browse.versions({
    pathId,
    name,
    client,
    withCopies: hasKeyword(line, 'copies'),
    limit: findNumber(line, 'limit') ?? DEFAULT_LIMIT,
    offset: findNumber(line, 'offset') ?? 0,
  })
  const visible = versions.filter(({ jobName }) => rights.allows('job', jobName))
  out.value('versions', visible.map(versionFacts))
  await out.text(visible.map(versionText).join(''))
}

export const bvfsVolumesCommand: Command = async (context) => {
  const { line, out, director } = context
  const fileIds = numbersOf(findValue(line, 'fileid') ?? '')
  if (fileIds.length === 0) {
    throw new CofferError('console-usage', '.bvfs_get_volumes takes fileid=')
  }
  await requireJobsOf(context, await director.catalog.browse.filesById(fileIds))
  const volumes = await director.catalog.browse.volumesOf(fileIds)
  out.value(
    'volumes',
    volumes.map((volumename) => ({ volumename })),
  )
  await out.text(volumes.map((volume) => `${volume}\n`).join(''))
}

export const bvfsDecodeLstatCommand: Command = async ({ line, out }) => {
  const lstat = findValue(line, 'lstat')
  if (lstat === undefined) throw new CofferError('console-usage', '.bvfs_decode_lstat takes lstat=')
  const facts = statFacts(lstat)
  out.value('stat', facts)
  const lines = Object.entries(facts).map(([key, value]) => `st_${key}=${value}\n`)
  await out.text(lines.join(''))
}

/** Keeps what a restore shall take under a name that `restore file=?b2…` then gives. */
export const bvfsRestoreCommand: Command = async (context) => {
  const { house, out } = context
  const name = selectionName(context)
  const jobs = await chainOfLine(context)
  const chain = jobs.map(({ jobId }) => jobId)
  const selection = new Selection()
  await addFiles(context, selection, chain)
  await addDirectories(context, selection, chain)
  if (selection.files === 0) return out.error('No files selected to be restored.')
  if (house.selections.size >= MAX_SELECTIONS) {
    const [oldest] = house.selections.keys()
    if (oldest !== undefined) house.selections.delete(oldest)
  }
  house.selections.set(name, { selection, jobs })
  await out.text('OK\n')
}

async function addFiles(
  context: CommandContext,
  selection: Selection,
  chain: readonly number[],
): Promise<void> {
  const { browse } = context.director.catalog
  const fileIds = numbersOf(findValue(context.line, 'fileid') ?? '')
  for (const file of await browse.filesById(fileIds)) {
    if (chain.includes(file.jobId)) selection.add(file)
  }
  const links = numbersOf(findValue(context.line, 'hardlink') ?? '')
  for (let at = 0; at + 1 < links.length; at += 2) {
    const [jobId = 0, fileIndex = 0] = links.slice(at, at + 2)
    if (!chain.includes(jobId)) continue
    selection.add({ jobId, fileIndex, isDirectory: false, lstat: '' })
  }
}

async function addDirectories(
  context: CommandContext,
  selection: Selection,
  chain: readonly number[],
): Promise<void> {
  const { files } = context.director.catalog
  for (const pathId of numbersOf(findValue(context.line, 'dirid') ?? '')) {
    for await (const batch of files.walkIndexes(chain, pathId)) {
      context.signal.throwIfAborted()
      for (const file of batch) selection.add(file)
    }
  }
}

export const bvfsCleanupCommand: Command = (context) => {
  context.house.selections.delete(selectionName(context))
  return Promise.resolve()
}

function selectionName({ line }: CommandContext): string {
  const name = findValue(line, 'path') ?? ''
  if (/^b2\d{1,18}$/.test(name)) return name
  throw new CofferError('console-usage', 'path= is missing, a name such as b2123')
}

function numbersOf(text: string): number[] {
  const words = text.split(',').filter((word) => word !== '')
  if (words.length > MAX_IDS || words.some((word) => !/^\d{1,15}$/.test(word))) {
    throw new CofferError('console-usage', `at most ${MAX_IDS} numbers with commas between them`)
  }
  return words.map(Number)
}

async function requireJobsOf(
  { director, rights }: CommandContext,
  files: readonly { readonly jobId: number }[],
): Promise<void> {
  for (const jobId of new Set(files.map((file) => file.jobId))) {
    const job = await director.catalog.jobs.find(jobId)
    if (job !== undefined && rights.allows('job', job.name) && rights.allows('client', job.client))
      continue
    throw new CofferError('console-denied', `access to JobId ${jobId} is not authorized`)
  }
}

/** JobIds of the chain that a restore of this Job would read; `all` adds those of the Client's other FileSets. */
export const bvfsJobidsCommand: Command = async (context) => {
  const { director, line, out, rights } = context
  const { jobs, restore } = director.catalog
  const unique = findValue(line, 'ujobid')
  const given = findNumber(line, 'jobid')
  if (unique === undefined && given === undefined) {
    throw new CofferError('console-usage', '.bvfs_get_jobids takes jobid= or ujobid=')
  }
  const job = unique === undefined ? await jobs.find(given ?? 0) : await jobs.findByJob(unique)
  const chain = job === undefined ? [] : [...(await restore.chainOfJob(job.jobId))]
  if (job !== undefined && hasKeyword(line, 'all')) {
    const filesets = new Set((await director.catalog.filesets.list()).map(({ fileset }) => fileset))
    filesets.delete(job.fileset)
    for (const fileset of filesets) {
      const beforeMs = job.startMs ?? job.scheduledMs ?? 0
      chain.push(...(await restore.chain({ client: job.client, fileset, beforeMs })))
    }
  }
  const ids = chain
    .filter(({ name, client }) => rights.allows('job', name) && rights.allows('client', client))
    .map(({ jobId }) => jobId)
    .sort((a, b) => a - b)
  out.value(
    'jobids',
    ids.map((id) => ({ id: String(id) })),
  )
  await out.text(`${ids.join(',')}\n`)
}
