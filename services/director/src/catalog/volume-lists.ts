// Rows of `list volumes` and `list pools`, short and long.
import { dateTimeText } from '@coffer/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { ListForm, ListRow, VolumeListFilter } from './list-queries.ts'
import { moment } from './moment.ts'
import type { CatalogTables, MediaTable, PoolTable } from './tables.ts'

type VolumeNames = {
  readonly pool: string | null
  readonly storage: string | null
  readonly scratchpool: string | null
  readonly recyclepool: string | null
}

export async function listVolumes(
  db: Kysely<CatalogTables>,
  form: ListForm,
  filter: VolumeListFilter,
): Promise<ListRow[]> {
  let query = db
    .selectFrom('media')
    .leftJoin('pool', 'pool.poolid', 'media.poolid')
    .leftJoin('pool as scratch', 'scratch.poolid', 'media.scratchpoolid')
    .leftJoin('pool as recycle', 'recycle.poolid', 'media.recyclepoolid')
    .leftJoin('storage', 'storage.storageid', 'media.storageid')
    .selectAll('media')
    .select(['pool.name as pool', 'storage.name as storage'])
    .select(['scratch.name as scratchpool', 'recycle.name as recyclepool'])
    .orderBy('media.mediaid')
  const { volume, pool, pools, jobId } = filter
  if (volume !== undefined) query = query.where('media.volumename', '=', volume)
  if (pool !== undefined) query = query.where('pool.name', '=', pool)
  if (pools !== undefined) query = query.where('pool.name', 'in', [...pools, ''])
  if (jobId !== undefined) {
    query = query.where('media.mediaid', 'in', (eb) =>
      eb.selectFrom('jobmedia').select('jobmedia.mediaid').where('jobmedia.jobid', '=', jobId),
    )
  }
  const columns = form === 'short' ? shortVolumeColumns : longVolumeColumns
  return (await query.execute()).map((row) => columns(row))
}

function shortVolumeColumns(row: Selectable<MediaTable> & VolumeNames): ListRow {
  return {
    mediaid: row.mediaid,
    volumename: row.volumename,
    volstatus: row.volstatus,
    enabled: row.enabled,
    volbytes: row.volbytes,
    volfiles: row.volfiles,
    volretention: row.volretention,
    recycle: row.recycle,
    slot: row.slot,
    inchanger: row.inchanger,
    mediatype: row.mediatype,
    lastwritten: momentText(row.lastwritten),
    storage: row.storage ?? '',
    hasencryptionkey: row.encryptionkey === '' ? 0 : 1,
  }
}

function longVolumeColumns(row: Selectable<MediaTable> & VolumeNames): ListRow {
  return {
    mediaid: row.mediaid,
    volumename: row.volumename,
    slot: row.slot,
    poolid: row.poolid,
    pool: row.pool ?? '',
    mediatype: row.mediatype,
    firstwritten: momentText(row.firstwritten),
    lastwritten: momentText(row.lastwritten),
    labeldate: momentText(row.labeldate),
    voljobs: row.voljobs,
    volfiles: row.volfiles,
    volblocks: row.volblocks,
    volmounts: row.volmounts,
    volbytes: row.volbytes,
    volerrors: row.volerrors,
    volwrites: row.volwrites,
    volcapacitybytes: row.volcapacitybytes,
    volstatus: row.volstatus,
    enabled: row.enabled,
    recycle: row.recycle,
    volretention: row.volretention,
    voluseduration: row.voluseduration,
    maxvoljobs: row.maxvoljobs,
    maxvolfiles: row.maxvolfiles,
    maxvolbytes: row.maxvolbytes,
    inchanger: row.inchanger,
    endfile: row.endfile,
    endblock: row.endblock,
    labeltype: row.labeltype,
    storageid: row.storageid,
    deviceid: row.deviceid,
    locationid: row.locationid,
    recyclecount: row.recyclecount,
    initialwrite: momentText(row.initialwrite),
    scratchpoolid: row.scratchpoolid,
    scratchpool: row.scratchpool ?? '',
    recyclepoolid: row.recyclepoolid,
    recyclepool: row.recyclepool ?? '',
    hasencryptionkey: row.encryptionkey === '' ? 0 : 1,
    comment: row.comment,
    storage: row.storage ?? '',
  }
}

export async function listPools(
  db: Kysely<CatalogTables>,
  form: ListForm,
  filter: { readonly name?: string },
  nowMs: number,
): Promise<ListRow[]> {
  let query = db.selectFrom('pool').selectAll().orderBy('poolid')
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  const rows = await query.execute()
  if (form === 'short') return rows.map((row) => shortPoolColumns(row))
  const prunable = await findPrunable(db, nowMs)
  return rows.map((row) => longPoolColumns(row, prunable.get(row.poolid)))
}

function shortPoolColumns(row: Selectable<PoolTable>): ListRow {
  return {
    poolid: row.poolid,
    name: row.name,
    numvols: row.numvols,
    maxvols: row.maxvols,
    pooltype: row.pooltype,
    labelformat: row.labelformat,
  }
}

interface Prunable {
  readonly poolid: number
  readonly volumes: number
  readonly jobs: number
  readonly bytes: number
}

function longPoolColumns(row: Selectable<PoolTable>, prunable: Prunable | undefined): ListRow {
  return {
    poolid: row.poolid,
    name: row.name,
    numvols: row.numvols,
    maxvols: row.maxvols,
    useonce: row.useonce,
    usecatalog: row.usecatalog,
    acceptanyvolume: row.acceptanyvolume,
    volretention: row.volretention,
    voluseduration: row.voluseduration,
    maxvoljobs: row.maxvoljobs,
    maxvolbytes: row.maxvolbytes,
    autoprune: row.autoprune,
    recycle: row.recycle,
    pooltype: row.pooltype,
    labelformat: row.labelformat,
    enabled: row.enabled,
    scratchpoolid: row.scratchpoolid,
    recyclepoolid: row.recyclepoolid,
    labeltype: row.labeltype,
    prunablevolumes: prunable?.volumes ?? 0,
    prunablejobs: prunable?.jobs ?? 0,
    prunablebytes: prunable?.bytes ?? 0,
  }
}

/** What has outlived its retention: Volumes that take no more and were last written that long ago. */
async function findPrunable(
  db: Kysely<CatalogTables>,
  nowMs: number,
): Promise<Map<number, Prunable>> {
  const { rows } = await sql<Prunable>`
    WITH expired AS (
      SELECT mediaid, poolid, volbytes FROM media
      WHERE volstatus IN ('Full', 'Used')
        AND lastwritten + make_interval(secs => volretention) < ${moment(nowMs)})
    SELECT poolid, count(*) AS volumes, sum(volbytes) AS bytes,
      (SELECT count(DISTINCT jobmedia.jobid) FROM jobmedia JOIN expired AS e USING (mediaid)
       WHERE e.poolid = expired.poolid) AS jobs
    FROM expired GROUP BY poolid`.execute(db)
  return new Map(rows.map((row) => [row.poolid, row]))
}

function momentText(timeMs: number | null): string {
  return timeMs === null ? '' : dateTimeText(timeMs)
}
