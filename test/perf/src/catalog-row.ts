// The row of the Catalog: attributes of a million files, against COPY of the same rows into one table.
import { systemClock } from '@coffer/core'
import { openCatalog } from '@coffer/director/catalog'
import { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import {
  attributeChunks,
  CATALOG_FILES,
  COPY_COLUMNS,
  copyChunks,
} from './catalog-rows-of-files.ts'
import type { OpenRow, Row, Stage } from './row.ts'

const OURS = 'bench_attributes'
const RAW = 'bench_copy'
/** No key, no index, no second table: the least that a server can do with these rows. */
const RAW_TABLE = `CREATE TABLE file (
  jobid int, fileindex int, path text, name text, lstat text, md5 text)`

type Catalog = Awaited<ReturnType<typeof openCatalog>>
type ServerPlace = Stage['coffer']['database']

export const catalogRow: Row = {
  name: 'catalog',
  title: 'Attributes of 1,000,000 files into the Catalog',
  open: async (stage) => openRow(stage),
}

async function openRow({ coffer, directory }: Stage): Promise<OpenRow> {
  const { socketDirectory, user } = coffer.database
  const admin = new Client({ host: socketDirectory, user, database: 'postgres' })
  await admin.connect()
  const renew = async (name: string): Promise<void> => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.query(
      `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    )
    await admin.query('CHECKPOINT')
  }
  let catalog: Catalog | undefined
  let jobId = 0
  const attributes = attributeChunks()
  const rows = copyChunks()
  let bytesPerFile = 0
  return {
    contenders: [
      {
        name: 'Coffer',
        side: 'database',
        prepare: async () => {
          await renew(OURS)
          catalog = await openCatalog({
            name: 'Bench',
            directorName: 'bench-dir',
            workingDirectory: directory,
            clock: systemClock,
            log: { info: () => undefined, warn: () => undefined },
            external: { socket: socketDirectory, user, name: OURS },
          })
          jobId = await makeJob(socketDirectory, user)
        },
        run: async () => {
          await takeAttributes(catalog, jobId, attributes)
          return undefined
        },
        clean: async () => {
          bytesPerFile = (await sizeOf(coffer.database)) / CATALOG_FILES
          await catalog?.close()
        },
      },
      {
        name: 'COPY, one table',
        side: 'database',
        goalRatio: 2,
        prepare: () => renew(RAW),
        run: async () => {
          await copyRaw(coffer.database, rows)
          return undefined
        },
      },
    ],
    notes: async () => [
      `${bytesPerFile.toFixed(0)} bytes per file with indexes and directories (goal ≤ 200)`,
    ],
    close: async () => {
      for (const name of [OURS, RAW])
        await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

async function makeJob(socketDirectory: string, user: string): Promise<number> {
  const client = new Client({ host: socketDirectory, user, database: OURS })
  await client.connect()
  try {
    const { rows } = await client.query<{ jobid: number }>(
      `INSERT INTO job (job, name, type, level, jobstatus, schedtime) VALUES ('bench', 'bench', 'B', 'F', 'R', now())
       RETURNING jobid`,
    )
    return rows[0]?.jobid ?? 0
  } finally {
    await client.end()
  }
}

/** As storage hands them over: chunks of records, a commit at the end. */
async function takeAttributes(
  catalog: Catalog | undefined,
  jobId: number,
  chunks: readonly Buffer[],
): Promise<void> {
  if (catalog === undefined) throw new Error('the Catalog is not open')
  const session = await catalog.attributes.session(jobId)
  for (const chunk of chunks) await session.add(chunk)
  await session.commit({ number: 1, jobMedia: [], volumes: [], files: CATALOG_FILES, bytes: 0 })
  await session.end()
}

async function sizeOf(database: ServerPlace): Promise<number> {
  const client = new Client({ host: database.socketDirectory, user: database.user, database: OURS })
  await client.connect()
  try {
    const { rows } = await client.query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class
       WHERE relkind IN ('r', 'p') AND relname IN ('file', 'path', 'pathvisibility')`,
    )
    return Number(rows[0]?.bytes ?? 0)
  } finally {
    await client.end()
  }
}

async function copyRaw(database: ServerPlace, rows: readonly Buffer[]): Promise<void> {
  const { socketDirectory: host, user } = database
  const client = new Client({ host, user, database: RAW })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(RAW_TABLE)
    await client.query('COMMIT')
    const sink = client.query(copyFrom(`COPY file (${COPY_COLUMNS}) FROM STDIN (FORMAT binary)`))
    await new Promise<void>((resolve, reject) => {
      sink.once('finish', resolve)
      sink.once('error', reject)
      void feed(sink, rows)
    })
  } finally {
    await client.end()
  }
}

async function feed(sink: NodeJS.WritableStream, rows: readonly Buffer[]): Promise<void> {
  for (const chunk of rows) {
    if (!sink.write(chunk)) await new Promise<void>((resolve) => sink.once('drain', resolve))
  }
  sink.end()
}
