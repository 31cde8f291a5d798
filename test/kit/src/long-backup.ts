// A backup that is in the middle for as long as a test wants: small files that are committed soon, then a file without end.
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestHost } from './host.ts'
import { queuedJobIds } from './outcome.ts'
import { noise } from './tree.ts'
import { until } from './until.ts'

const SMALL_FILES = 40
/** The two directories are entries as well. */
const ENTRIES_OF_SMALL = SMALL_FILES + 2
const SMALL_BYTES = 30_000
// Read at a gigabyte a second, which nothing does with GZIP9, it lasts for hours.
const ENDLESS_BYTES = 8 * 2 ** 40

/** Trees for a LongBackup: `small` ends, `endless` does not. */
export interface LongSource {
  readonly small: string
  readonly endless: string
}

/** Makes both trees below a directory. */
export async function makeLongSource(root: string): Promise<LongSource> {
  const small = join(root, 'small')
  const endless = join(root, 'endless')
  await mkdir(join(small, 'deeper'), { recursive: true })
  await mkdir(endless)
  for (let i = 0; i < SMALL_FILES; i++) {
    const directory = i % 2 === 0 ? small : join(small, 'deeper')
    await writeFile(join(directory, `file-${String(i)}`), noise(SMALL_BYTES, i + 1))
  }
  const hollow = await open(join(endless, 'zeros'), 'w')
  await hollow.truncate(ENDLESS_BYTES)
  await hollow.close()
  return { small, endless }
}

/** Makes the Job's FileSet these paths, without compression, and storage commit every second. For `startHost`. */
export async function prepareLongBackup(
  draft: Pick<TestHost, 'edit'>,
  { small }: LongSource,
): Promise<void> {
  await setFileSet(draft, [small])
  await draft.edit('storage.d/storage/coffer-sd.conf', (text) =>
    text.replace('Storage {', 'Storage {\n  Checkpoint Interval = 1 second'),
  )
}

/** Lets the FileSet of the default Job name these paths; compressed hard, so that a large file takes its time. */
export async function setFileSet(
  draft: Pick<TestHost, 'edit'>,
  paths: readonly string[],
  options = 'Signature = XXH128\n Compression = GZIP9',
): Promise<void> {
  const files = paths.map((path) => `File = "${path}"`).join('\n')
  await draft.edit(
    'director.d/fileset/SelfTest.conf',
    () => `FileSet { Name = SelfTest\n Include { Options { ${options}\n }\n ${files}\n } }\n`,
  )
}

/** Starts a Full of `small` and then `endless`; resolves with its JobId when all of `small` is in the Catalog. */
export async function startLongBackup(host: TestHost, source: LongSource): Promise<number> {
  await setFileSet(host, [source.small, source.endless])
  const said = await host.console(['reload', 'run job=backup-coffer-fd level=Full yes'])
  const jobId = queuedJobIds(said)[0]
  if (jobId === undefined) throw new Error(`no Job was queued:\n${said}`)
  await until(`the committed files of JobId ${String(jobId)}`, async () => {
    const files = await host.console([`list files jobid=${String(jobId)}`])
    return files.split(`${source.small}/`).length > ENTRIES_OF_SMALL ? true : undefined
  })
  await setFileSet(host, [source.small])
  return jobId
}
