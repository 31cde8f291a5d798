// Backups and restores in memory: the threads are real, the wire and the Volumes are left out.
import { decodeAttributes, type FileAttributes, recordsOf, STREAM } from '@coffer/core'
import {
  createRestorer,
  type RestoreOptions,
  type RestoreProblem,
  type RestoreTotals,
} from '@coffer/files'
import type { FileOptions, FileSet } from '@coffer/wire'
import { DEFAULT_OPTIONS } from '../fileset/match.ts'
import { BackupPipeline, type PipelineOptions, type PipelineTotals } from './pipeline.ts'

export interface Backup {
  readonly batches: readonly Buffer[]
  readonly totals: PipelineTotals
  readonly notes: readonly {
    readonly type: string
    readonly text: string
    readonly isError: boolean
  }[]
}

/** A FileSet of one Include. */
export function filesetOf(
  files: readonly (string | Buffer)[],
  options: Partial<FileOptions> | readonly Partial<FileOptions>[] = {},
  more: {
    readonly excludes?: readonly string[]
    readonly excludeDirContaining?: readonly string[]
  } = {},
): FileSet {
  const blocks: readonly Partial<FileOptions>[] = Array.isArray(options) ? options : [options]
  return {
    name: 'test',
    includes: [
      {
        options: blocks.map((block) => ({ ...DEFAULT_OPTIONS, ...block })),
        files: files.map((file) => Buffer.from(file)),
        plugins: [],
        excludeDirContaining: more.excludeDirContaining ?? [],
      },
    ],
    excludes: (more.excludes ?? []).map((entry) => Buffer.from(entry)),
  }
}

export async function backUp(
  fileset: FileSet,
  more: Partial<PipelineOptions> = {},
): Promise<Backup> {
  const batches: Buffer[] = []
  const notes: Backup['notes'][number][] = []
  const pipeline = new BackupPipeline({
    fileset,
    since: 0,
    readers: 3,
    send: async (batch) => {
      batches.push(Buffer.from(batch))
    },
    note: async (note) => {
      notes.push(note)
    },
    signal: new AbortController().signal,
    ...more,
  })
  const totals = await pipeline.run()
  return { batches, notes, totals }
}

export interface Restored {
  readonly totals: RestoreTotals
  readonly problems: readonly RestoreProblem[]
}

export function restoreAll(
  batches: readonly Buffer[],
  options: Partial<RestoreOptions> & Pick<RestoreOptions, 'where'>,
): Restored {
  const problems: RestoreProblem[] = []
  const restorer = createRestorer({
    replace: 'always',
    tag: 'test',
    nowMs: Date.now(),
    report: (problem) => problems.push(problem),
    ...options,
  })
  for (const batch of batches) for (const record of recordsOf(batch)) restorer.accept(record)
  return { totals: restorer.end(), problems }
}

/** The attributes in order. */
export function attributesOf(backup: Backup): FileAttributes[] {
  return backup.batches.flatMap((batch) =>
    [...recordsOf(batch)]
      .filter(({ stream }) => stream === STREAM.unixAttributes)
      .map(({ data }) => decodeAttributes(data)),
  )
}
