// Compares the attributes that storage reads from Volumes with the file rows of the Catalog, both in the order of
// FileIndex, so that neither is ever in memory as a whole.
import { decodeLstat, decodePath, differenceText, displayPath, findDifferences } from '@coffer/core'
import { AttributeMerger, type FileEntry } from '../catalog/attribute-merger.ts'
import type { JobFile } from '../catalog/files.ts'

export interface ComparisonOptions {
  /** File rows of the Job by FileIndex, deletions first. */
  readonly known: AsyncIterable<readonly JobFile[]>
  /** The Catalog has no rows any more: there is nothing to compare with. */
  readonly isPruned: boolean
  readonly say: (text: string) => Promise<void>
  /** Names of the Volumes that hold a file of the Job, for the lines about what they do not hold. */
  readonly volumesOf: (fileIndex: number) => readonly string[]
}

/** So many lines; differences beyond are counted. */
const MAX_LINES = 10_000
/** Both sides come from the same record. */
const ALL_LETTERS = 'pinugsamc'

export class VolumeComparison {
  readonly #options: ComparisonOptions
  readonly #merger = new AttributeMerger()
  readonly #batches: AsyncIterator<readonly JobFile[]>
  #batch: readonly JobFile[] = []
  #at = 0
  #isThrough = false
  #knownDeletions = 0
  #deletions = 0
  differences = 0

  constructor(options: ComparisonOptions) {
    this.#options = options
    this.#batches = options.known[Symbol.asyncIterator]()
  }

  /** Whole records, FileIndex ascending over all calls. Throws `attributes-damaged`. */
  async take(records: Uint8Array): Promise<void> {
    for (const entry of this.#merger.add(records).entries) await this.#compare(entry)
  }

  /** Nothing more is on the Volumes. */
  async end(): Promise<void> {
    for (const entry of this.#merger.take()) await this.#compare(entry)
    for (let file = await this.#peek(); file !== undefined; file = await this.#peek()) {
      await this.#differ(this.#missingText(file))
      this.#at += 1
    }
    if (this.#options.isPruned || this.#deletions === this.#knownDeletions) return
    await this.#differ(
      `${this.#knownDeletions} deleted files are in the Catalog, ${this.#deletions} on the Volumes`,
    )
  }

  async close(): Promise<void> {
    await this.#batches.return?.()
  }

  async #compare(entry: FileEntry): Promise<void> {
    if (this.#options.isPruned) return
    if (entry.isDeleted) {
      this.#deletions += 1
      return
    }
    let file = await this.#peek()
    for (; file !== undefined && file.fileIndex < entry.streamIndex; file = await this.#peek()) {
      await this.#differ(this.#missingText(file))
      this.#at += 1
    }
    if (file?.fileIndex !== entry.streamIndex) {
      await this.#differ(`New file: ${displayPath(pathOf(entry))}`)
      return
    }
    this.#at += 1
    const found = differencesOf(entry, file)
    if (found.length === 0) return
    const lines = found.map((text) => `      ${text}`)
    await this.#differ([`File: ${displayPath(file.path)}`, ...lines].join('\n'))
  }

  /** The next file of the Catalog that has a FileIndex. */
  async #peek(): Promise<JobFile | undefined> {
    for (;;) {
      const file = this.#batch[this.#at]
      if (file !== undefined && !file.isDeleted) return file
      if (file !== undefined) {
        this.#knownDeletions += 1
        this.#at += 1
        continue
      }
      if (this.#isThrough) return undefined
      const next = await this.#batches.next()
      this.#at = 0
      this.#batch = next.done === true ? [] : next.value
      this.#isThrough = next.done === true
    }
  }

  #missingText({ path, fileIndex }: JobFile): string {
    const names = this.#options.volumesOf(fileIndex).map((name) => `"${name}"`)
    const where = names.length === 0 ? 'the Volumes' : `Volume ${names.join(' and ')}`
    return `File in the Catalog but not on ${where}: ${displayPath(path)}`
  }

  async #differ(text: string): Promise<void> {
    this.differences += 1
    if (this.differences <= MAX_LINES) await this.#options.say(text)
    else if (this.differences === MAX_LINES + 1) {
      await this.#options.say(`more than ${MAX_LINES} differences: the rest is only counted`)
    }
  }
}

function differencesOf(entry: FileEntry, file: JobFile): string[] {
  const texts: string[] = []
  const path = pathOf(entry)
  if (path !== file.path)
    texts.push(`name     differ. Cat: ${displayPath(file.path)} File: ${displayPath(path)}`)
  if (entry.lstat !== file.lstat) {
    const found = findDifferences(ALL_LETTERS, decodeLstat(file.lstat), decodeLstat(entry.lstat))
    texts.push(...found.map(differenceText))
    if (found.length === 0) texts.push(`lstat    differ. Cat: ${file.lstat} File: ${entry.lstat}`)
  }
  const digest = entry.digest === '0' ? '' : entry.digest
  if (digest !== file.digest) {
    texts.push(`digest   differ. Cat: ${file.digest} File: ${digest}`)
  }
  return texts
}

function pathOf({ directory, name }: FileEntry): string {
  return decodePath(Buffer.concat([Buffer.from(directory, 'latin1'), name]))
}
