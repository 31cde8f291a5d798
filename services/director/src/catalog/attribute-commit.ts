// The one transaction of a commit: attributes that were copied before, JobMedia, Volumes, the Job's counters.
import { CofferError } from '@coffer/core'
import type { AttributeCommit, NewJobMedia, VolumeGrowth } from './attributes.ts'
import type { Database, Session } from './database.ts'
import { isConnectionLost } from './database-error.ts'

export interface CommitOptions {
  readonly database: Database
  /** With an open transaction that holds the file rows; ended when this returns. */
  readonly session: Session
  readonly jobId: number
  readonly commit: AttributeCommit
  readonly lastIndex: number
}

/**
 * Locks in one order (the Job, then Volumes by name), so that Jobs which write to the same Volumes do not wait for each
 * other in a circle. When the connection breaks at the COMMIT itself, asks a new one whether it was done.
 */
export async function commitAttributes(options: CommitOptions): Promise<void> {
  const { session, jobId, commit } = options
  const isDone = await wasCommitted(session, jobId, commit.number)
  if (!isDone) {
    const mediaIds = await growVolumes(session, commit)
    for (const range of commit.jobMedia) await addJobMedia(session, options, range, mediaIds)
    await session.query(
      `UPDATE job SET jobfiles = $2, jobbytes = $3, committedindex = greatest(committedindex, $4), commitnumber = $5
       WHERE jobid = $1`,
      [jobId, commit.files, commit.bytes, options.lastIndex, commit.number],
    )
  }
  try {
    await session.query('COMMIT')
  } catch (error) {
    if (!isConnectionLost(error) || !(await wasCommittedNow(options))) throw error
  }
}

/** Whether this commit is in the Catalog already; locks the Job's row. */
async function wasCommitted(session: Session, jobId: number, number: number): Promise<boolean> {
  const rows = await session.query<{ commitnumber: number }>(
    'SELECT commitnumber FROM job WHERE jobid = $1 FOR UPDATE',
    [jobId],
  )
  const row = rows[0]
  if (row === undefined) throw new CofferError('job-unknown', `there is no JobId ${jobId}`)
  return row.commitnumber >= number
}

async function wasCommittedNow({ database, jobId, commit }: CommitOptions): Promise<boolean> {
  const rows = await database.rows<[number: number]>(
    'SELECT commitnumber FROM job WHERE jobid = $1',
    [jobId],
  )
  return (rows[0]?.[0] ?? 0) >= commit.number
}

/** Writes what became of the Volumes; returns the MediaIds of all that the commit names. */
async function growVolumes(
  session: Session,
  { volumes, jobMedia }: AttributeCommit,
): Promise<Map<string, number>> {
  const growth = new Map(volumes.map((volume) => [volume.name, volume]))
  const names = [...new Set([...growth.keys(), ...jobMedia.map(({ volume }) => volume)])].sort()
  const mediaIds = new Map<string, number>()
  for (const name of names) {
    const rows = await session.query<{ mediaid: number }>(
      'SELECT mediaid FROM media WHERE volumename = $1 FOR UPDATE',
      [name],
    )
    const row = rows[0]
    if (row === undefined) {
      throw new CofferError('volume-unknown', `the Catalog has no Volume "${name}"`)
    }
    mediaIds.set(name, row.mediaid)
    const grown = growth.get(name)
    if (grown !== undefined) await growVolume(session, row.mediaid, grown)
  }
  return mediaIds
}

/** Two sessions that write one Volume may report in either order: no figure goes back. */
async function growVolume(session: Session, mediaId: number, volume: VolumeGrowth): Promise<void> {
  await session.query(
    `UPDATE media SET
       volbytes = greatest(volbytes, $2), volfiles = greatest(volfiles, $3), volblocks = greatest(volblocks, $4),
       volmounts = greatest(volmounts, $5), volerrors = greatest(volerrors, $6), volwrites = greatest(volwrites, $7),
       endblock = CASE WHEN (endfile, endblock) < ($8::bigint, $9::bigint) THEN $9 ELSE endblock END,
       endfile = greatest(endfile, $8),
       firstwritten = coalesce(firstwritten, $10), lastwritten = greatest(lastwritten, $11)
     WHERE mediaid = $1`,
    [
      mediaId,
      volume.bytes,
      volume.files,
      volume.blocks,
      volume.mounts,
      volume.errors,
      volume.writes,
      volume.endFile,
      volume.endBlock,
      momentOf(volume.firstWrittenMs),
      momentOf(volume.lastWrittenMs),
    ],
  )
}

/** A range that goes on where the Job's last one ended makes that one longer. */
async function addJobMedia(
  session: Session,
  { jobId }: CommitOptions,
  range: NewJobMedia,
  mediaIds: ReadonlyMap<string, number>,
): Promise<void> {
  const mediaId = mediaIds.get(range.volume) ?? 0
  const address = (file: number, block: number) => file * 2 ** 32 + block
  const lengthened = await session.query(
    `UPDATE jobmedia SET lastindex = $3, endfile = $4, endblock = $5, jobbytes = jobbytes + $6
     WHERE jobmediaid = (SELECT max(jobmediaid) FROM jobmedia WHERE jobid = $1) AND mediaid = $2
       AND (endfile << 32) + endblock + 1 = $7::bigint
     RETURNING jobmediaid`,
    [
      jobId,
      mediaId,
      range.lastIndex,
      range.endFile,
      range.endBlock,
      range.bytes,
      address(range.startFile, range.startBlock),
    ],
  )
  if (lengthened.length > 0) return
  await session.query(
    `INSERT INTO jobmedia (jobid, mediaid, firstindex, lastindex, startfile, endfile, startblock, endblock,
       jobbytes, volindex)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce(max(volindex), 0) + 1 FROM jobmedia WHERE jobid = $1`,
    [
      jobId,
      mediaId,
      range.firstIndex,
      range.lastIndex,
      range.startFile,
      range.endFile,
      range.startBlock,
      range.endBlock,
      range.bytes,
    ],
  )
}

function momentOf(timeMs: number): Date | null {
  return timeMs > 0 ? new Date(timeMs) : null
}
