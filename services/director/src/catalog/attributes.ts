// Takes the attributes of a Job's files into the Catalog: COPY in batches, one transaction per commit of storage.
import { CofferError } from '@coffer/core'
import { AttributeMerger, type FileEntry } from './attribute-merger.ts'
import { BoundedCache } from './bounded-cache.ts'
import { commitAttributes } from './attribute-commit.ts'
import { copyRows } from './copy-rows.ts'
import { type Database, rollback, type Session } from './database.ts'
import { FileRows } from './file-rows.ts'
import { parentOf } from './names.ts'
import { PathIds } from './path-ids.ts'
import type { RestoreObject } from './restore-object.ts'

/** Media row values as storage reports them: absolute, not increments. */
export interface VolumeGrowth {
  readonly name: string
  readonly bytes: number
  readonly files: number
  readonly blocks: number
  readonly mounts: number
  readonly errors: number
  readonly writes: number
  readonly endFile: number
  readonly endBlock: number
  readonly firstWrittenMs: number
  readonly lastWrittenMs: number
}

export interface NewJobMedia {
  readonly volume: string
  readonly firstIndex: number
  readonly lastIndex: number
  readonly startFile: number
  readonly endFile: number
  readonly startBlock: number
  readonly endBlock: number
  readonly bytes: number
}

/** What belongs into one transaction with the attributes since the last commit. Names are those of storage's Commit. */
export interface AttributeCommit {
  /** Counts from 1 within the session; a number that the session has committed before changes nothing. */
  readonly number: number
  readonly jobMedia: readonly NewJobMedia[]
  readonly volumes: readonly VolumeGrowth[]
  /** Of the whole Job so far. */
  readonly files: number
  readonly bytes: number
}

export interface AttributeSession {
  /**
   * Takes a chunk of whole records in the layout of RecordBatch: attributes, digests, restore objects; others are passed
   * over. Resolves when more may come: the chunk is then with the database or in a bounded buffer, and visible to
   * nobody. Calls must not overlap. Throws `attributes-damaged`, `record-malformed`, `catalog-lost`.
   */
  add(records: Uint8Array): Promise<void>
  /**
   * Makes everything since the last commit visible and durable, or nothing: the attributes, the JobMedia, what became of
   * the Volumes, the Job's counters. Storage sends the records of a file only when all of them are durable, so the last
   * file is complete. Throws `job-unknown`, `volume-unknown`, `catalog-lost`.
   */
  commit(commit: AttributeCommit): Promise<void>
  /** The session is over; what no commit has covered is undone, for no Volume is known to hold it. */
  end(): Promise<void>
  /** Undoes what was not committed; the session is over. Never throws; also right after an error or `end`. */
  discard(): Promise<void>
  /** Files of the session that are committed, FileIndex of the last of them. */
  readonly committed: { readonly files: number; readonly fileIndex: number }
}

export interface AttributeCatalog {
  /** One at a time for each Job. Continues behind what the Catalog already holds of the Job. */
  session(jobId: number): Promise<AttributeSession>
}

const FLUSH_BYTES = 1024 * 1024
// Room for the row that crosses the limit, which may be long.
const BUFFER_BYTES = FLUSH_BYTES + 64 * 1024
const KNOWN_DIRECTORIES = 100_000

export function attributeCatalog(database: Database): AttributeCatalog {
  const paths = new PathIds(database)
  return {
    session: async (jobId) => {
      // Commits are numbered within a session.
      const rows = await database.rows<[index: number]>(
        'UPDATE job SET commitnumber = 0 WHERE jobid = $1 RETURNING committedindex',
        [jobId],
      )
      const known = rows[0]
      if (known === undefined) throw new CofferError('job-unknown', `there is no JobId ${jobId}`)
      const { epoch } = database
      return new AttributeIntake({ database, paths, jobId, epoch, committedIndex: known[0] })
    },
  }
}

interface IntakeOptions {
  readonly database: Database
  readonly paths: PathIds
  readonly jobId: number
  /** Of the database when the session began: PathIds of another one may name nothing. */
  readonly epoch: number
  /** FileIndex up to which the Catalog has the Job's files already; those come again after a crash and are left out. */
  readonly committedIndex: number
}

/** What is gathered while the batch before it is on its way to the server. */
interface Batch {
  readonly rows: FileRows
  shown: { parentId: number; pathId: number }[]
  objects: RestoreObject[]
}

class AttributeIntake implements AttributeSession {
  readonly #options: IntakeOptions
  readonly #merger = new AttributeMerger()
  /** Directories that the Job is known to show; forgetting one only makes it be written again. */
  readonly #shown = new BoundedCache<number, true>(KNOWN_DIRECTORIES)
  #filling: Batch
  #spare: Batch
  /** The batch on its way; rejects when the transaction is lost. */
  #writing: Promise<void> = Promise.resolve()
  /** Holds the open transaction from the first batch to the commit. */
  #session: Session | undefined
  #lastIndex: number
  #files = 0
  #isOver = false
  committed: { readonly files: number; readonly fileIndex: number }

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#filling = emptyBatch(options.jobId)
    this.#spare = emptyBatch(options.jobId)
    this.#lastIndex = options.committedIndex
    this.committed = { files: 0, fileIndex: options.committedIndex }
  }

  async add(records: Uint8Array): Promise<void> {
    this.#refuseWhenOver()
    const { entries, objects } = this.#merger.add(records)
    await this.#append(entries)
    this.#filling.objects.push(...objects.filter(({ fileIndex }) => fileIndex > this.#lastIndex))
    const isFull = this.#filling.rows.usedBytes >= FLUSH_BYTES
    if (isFull || this.#filling.objects.length > 0) await this.#flush()
  }

  async commit(commit: AttributeCommit): Promise<void> {
    this.#refuseWhenOver()
    await this.#append(this.#merger.take())
    await this.#flush()
    await this.#writing
    const session = await this.#begin()
    const { database, jobId } = this.#options
    this.#refuseOtherEpoch()
    await commitAttributes({ database, session, jobId, commit, lastIndex: this.#lastIndex })
    session.release()
    this.#session = undefined
    this.committed = { files: this.#files, fileIndex: this.#lastIndex }
  }

  async end(): Promise<void> {
    await this.discard()
  }

  async discard(): Promise<void> {
    this.#isOver = true
    await this.#writing.catch(() => undefined)
    const session = this.#session
    this.#session = undefined
    if (session !== undefined) session.release(!(await rollback(session)))
  }

  #refuseWhenOver(): void {
    if (this.#isOver) throw new CofferError('internal-bug', 'the attribute session is over')
  }

  #refuseOtherEpoch(): void {
    const { database, epoch } = this.#options
    if (database.epoch === epoch) return
    throw new CofferError('catalog-lost', 'the database of the Catalog went away during the Job')
  }

  async #append(entries: readonly FileEntry[]): Promise<void> {
    const fresh = entries.filter((entry) => entry.streamIndex > this.#lastIndex)
    if (fresh.length === 0) return
    const ids = await this.#options.paths.resolve(new Set(fresh.map((entry) => entry.directory)))
    for (const entry of fresh) {
      this.#filling.rows.append({
        fileIndex: entry.isDeleted ? 0 : entry.streamIndex,
        pathId: ids.get(entry.directory) ?? 0,
        deltaSeq: entry.deltaSeq,
        name: entry.name,
        lstat: entry.lstat,
        digest: entry.digest,
      })
      if (!entry.isDeleted) this.#show(entry.directory, ids)
      this.#lastIndex = entry.streamIndex
      this.#files += 1
    }
  }

  /** Notes that the Job has something in a directory, and so below all that are above it. */
  #show(directory: string, ids: ReadonlyMap<string, number>): void {
    for (let at = directory; at !== ''; at = parentOf(at)) {
      const pathId = ids.get(at) ?? 0
      if (this.#shown.get(pathId) === true) return
      this.#shown.set(pathId, true)
      this.#filling.shown.push({ parentId: ids.get(parentOf(at)) ?? 0, pathId })
    }
  }

  /** Sends what was gathered on its way; waits for the batch before it, so that there are never more than two. */
  async #flush(): Promise<void> {
    const batch = this.#filling
    if (batch.rows.count === 0 && batch.objects.length === 0) return
    await this.#writing
    this.#filling = this.#spare
    this.#spare = batch
    this.#writing = this.#write(batch)
    // Whoever awaits it next gets the error; until then it is not a lost promise.
    this.#writing.catch(() => undefined)
  }

  async #begin(): Promise<Session> {
    if (this.#session !== undefined) return this.#session
    const session = await this.#options.database.attributeSession()
    this.#session = session
    await session.query('BEGIN')
    return session
  }

  async #write(batch: Batch): Promise<void> {
    const { jobId } = this.#options
    const session = await this.#begin()
    this.#refuseOtherEpoch()
    if (batch.rows.count > 0) await copyRows(session, batch.rows.finish())
    batch.rows.clear()
    if (batch.shown.length > 0) {
      await session.query(
        `INSERT INTO pathvisibility (jobid, ppathid, pathid)
         SELECT $1, * FROM unnest($2::int[], $3::int[]) ON CONFLICT DO NOTHING`,
        [
          jobId,
          batch.shown.map(({ parentId }) => parentId),
          batch.shown.map(({ pathId }) => pathId),
        ],
      )
    }
    batch.shown = []
    for (const object of batch.objects) await insertObject(session, jobId, object)
    batch.objects = []
  }
}

function emptyBatch(jobId: number): Batch {
  return { rows: new FileRows(jobId, BUFFER_BYTES), shown: [], objects: [] }
}

async function insertObject(session: Session, jobId: number, object: RestoreObject): Promise<void> {
  await session.query(
    `INSERT INTO restoreobject (jobid, fileindex, objecttype, objectindex, objectlength, objectfulllength,
       objectcompression, pluginname, objectname, restoreobject)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      jobId,
      object.fileIndex,
      object.type,
      object.objectIndex,
      object.bytes.length,
      object.fullLength,
      object.compression,
      object.plugin,
      object.name,
      object.bytes,
    ],
  )
}
