// Their side: Debian's Bacula with TLS, its catalog a database on the PostgreSQL that Coffer's Director runs.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { makeSelfSigned } from '@coffer/wire'
import { type Bacula, baculaTables, type BaculaTls, startBacula } from '@coffer/test-kit'
import { Client } from 'pg'
import type { BackupSystem } from './backup-system.ts'
import { ConsoleSession } from './console-session.ts'
import { baculaJobs, type BenchJob } from './jobs.ts'
import { dropVolumes } from './volumes.ts'

const DATABASE = 'bacula'
// The end of a Job is read off its row: the console's own waiting looks once a second.
const POLL_MS = 5

export interface BaculaSide {
  readonly jobs: readonly BenchJob[]
  readonly database: { readonly socketDirectory: string; readonly user: string }
  /** For its certificate. */
  readonly directory: string
}

export async function startBaculaSystem(side: BaculaSide): Promise<BackupSystem> {
  const { socketDirectory, user } = side.database
  const catalog = await makeCatalog(side.database)
  let bacula: Bacula | undefined
  try {
    bacula = await startBacula(side.directory, {
      tls: await makeCertificate(side.directory),
      database: { socketDirectory, user, name: DATABASE },
    })
    await bacula.define(baculaJobs(side.jobs))
    return await openSystem(bacula, catalog)
  } catch (error) {
    await bacula?.close()
    await catalog.end()
    throw error
  }
}

async function makeCatalog({ socketDirectory, user }: BaculaSide['database']): Promise<Client> {
  const admin = new Client({ host: socketDirectory, user, database: 'postgres' })
  await admin.connect()
  await admin.query(
    `CREATE DATABASE ${DATABASE} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
  )
  await admin.end()
  const client = new Client({ host: socketDirectory, user, database: DATABASE })
  await client.connect()
  await client.query(await baculaTables('postgresql'))
  return client
}

/** One certificate for all parts; it is its own authority. */
async function makeCertificate(directory: string): Promise<BaculaTls> {
  const { certificatePem, keyPem } = await makeSelfSigned(directory, 'localhost')
  const certificate = join(directory, 'bacula.crt')
  const key = join(directory, 'bacula.key')
  await writeFile(certificate, certificatePem)
  await writeFile(key, keyPem, { mode: 0o600 })
  return { ca: certificate, certificate, key }
}

async function openSystem(bacula: Bacula, catalog: Client): Promise<BackupSystem> {
  const { argv, env } = bacula.consoleCommand
  const console = new ConsoleSession(argv, env)
  console.type(['version'])
  const version = await console.until(/Version: (\S+)/)
  return {
    pids: {
      director: bacula.pidOf('director'),
      storage: bacula.pidOf('storage'),
      filed: bacula.pidOf('filed'),
    },
    version: version[1] ?? '',
    backUp: async (names, level) => {
      console.type(names.map((name) => `run job="${name}" level=${level} yes`))
      const jobIds: number[] = []
      for (const _ of names) jobIds.push(await queued(console))
      await ended(catalog, jobIds)
      return jobIds
    },
    restore: async (jobId, where) => {
      console.type([`restore jobid=${String(jobId)} where="${where}" all done yes`])
      await ended(catalog, [await queued(console)])
    },
    browse: async (jobId, directory, name) => {
      const startMs = performance.now()
      console.type([`restore jobid=${String(jobId)}`, `cd ${directory}`, 'ls'])
      await console.until(new RegExp(name))
      const seconds = (performance.now() - startMs) / 1000
      console.type(['quit', 'version'])
      await console.until(/Version: /)
      return seconds
    },
    dropVolumes: () => dropVolumes(join(bacula.path, 'volumes')),
    close: async () => {
      await console.close()
      await bacula.close()
      await catalog.end()
    },
  }
}

async function queued(console: ConsoleSession): Promise<number> {
  const said = await console.until(/Job queued\. JobId=(\d+)/)
  return Number(said[1])
}

async function ended(catalog: Client, jobIds: readonly number[]): Promise<void> {
  for (;;) {
    const { rows } = await catalog.query<{ jobid: number; jobstatus: string }>(
      "SELECT jobid, jobstatus FROM job WHERE jobid = ANY($1) AND jobstatus NOT IN ('T', 'W')",
      [jobIds],
    )
    const failed = rows.find(({ jobstatus }) => 'EeAf'.includes(jobstatus))
    if (failed !== undefined) {
      throw new Error(`Bacula's JobId ${String(failed.jobid)} ended with ${failed.jobstatus}`)
    }
    if (rows.length === 0) return
    await pause(POLL_MS)
  }
}
