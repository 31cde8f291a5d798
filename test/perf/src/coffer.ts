// Our side: a host of `coffer init` with the Jobs of the benchmark, and a console that stays open.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PRODUCT } from '@coffer/core'
import { COFFER, startHost, type TestHost } from '@coffer/test-kit'
import type { BackupSystem } from './backup-system.ts'
import { ConsoleSession } from './console-session.ts'
import { type BenchJob, cofferResources } from './jobs.ts'
import { dropVolumes } from './volumes.ts'

export interface CofferSystem extends BackupSystem {
  /** Of the embedded PostgreSQL; Bacula's catalog is a database of the same server. */
  readonly database: { readonly socketDirectory: string; readonly user: string }
  readonly postmasterPid: number
}

const MAXIMUM_JOBS = 30

export async function startCoffer(jobs: readonly BenchJob[]): Promise<CofferSystem> {
  const host = await startHost('bench', async (draft) => {
    const raise = (text: string): string =>
      text.replace(/Maximum Concurrent Jobs = \d+/, `Maximum Concurrent Jobs = ${MAXIMUM_JOBS}`)
    for (const file of [
      'director.d/director/coffer-dir.conf',
      'director.d/storage/File.conf',
      'storage.d/device/FileStorage.conf',
      'storage.d/storage/coffer-sd.conf',
      'filed.d/client/coffer-fd.conf',
    ]) {
      await draft.edit(file, raise)
    }
    await draft.edit('director.d/client/coffer-fd.conf', (text) =>
      text.replace('Client {', `Client {\n  Maximum Concurrent Jobs = ${MAXIMUM_JOBS}`),
    )
    await draft.edit('director.d/job/bench.conf', () => cofferResources(jobs))
  })
  try {
    return await openSystem(host)
  } catch (error) {
    await host.close()
    throw error
  }
}

async function openSystem(host: TestHost): Promise<CofferSystem> {
  const catalog = join(host.path, 'state', 'director', 'catalog')
  const postmaster = await readFile(join(catalog, 'data', 'postmaster.pid'), 'utf8')
  const console = new ConsoleSession([process.execPath, COFFER, 'console', '-c', host.path])
  console.type(['version'])
  await console.until(/coffer-dir Version/i)
  return {
    pids: {
      director: host.pidOf('director'),
      storage: host.pidOf('storage'),
      filed: host.pidOf('filed'),
    },
    postmasterPid: Number(postmaster.split('\n')[0]),
    // The sixth line of postmaster.pid is the directory of the socket.
    database: { socketDirectory: postmaster.split('\n')[4] ?? '', user: 'coffer' },
    version: PRODUCT.version,
    backUp: async (names, level) => {
      console.type(names.map((name) => `run job=${name} level=${level} yes`))
      const jobIds: number[] = []
      for (const name of names) jobIds.push(await queued(console, name))
      await ended(console, jobIds)
      return jobIds
    },
    restore: async (jobId, where) => {
      console.type([`restore jobid=${jobId} where=${where} all done yes`])
      await ended(console, [await queued(console, 'restore')])
    },
    browse: async (jobId, directory, name) => {
      const startMs = performance.now()
      console.type([`restore jobid=${jobId}`, `cd ${directory}`, 'ls'])
      await console.until(new RegExp(name))
      const seconds = (performance.now() - startMs) / 1000
      console.type(['quit', 'version'])
      await console.until(/coffer-dir Version/i)
      return seconds
    },
    dropVolumes: () => dropVolumes(join(host.path, 'volumes')),
    close: async () => {
      await console.close()
      await host.close()
    },
  }
}

async function queued(console: ConsoleSession, what: string): Promise<number> {
  const said = await console.until(/JobId=(\d+)\n|(.*(?:rror|not ).*)\n/)
  if (said[1] === undefined) throw new Error(`Coffer did not queue "${what}": ${said[2] ?? ''}`)
  return Number(said[1])
}

/** Waits until all have ended, which must be well. */
async function ended(console: ConsoleSession, jobIds: readonly number[]): Promise<void> {
  console.type(jobIds.map((jobId) => `wait jobid=${jobId}`))
  for (const jobId of jobIds) {
    const said = await console.until(/JobStatus=(.*)\n/)
    if (said[1]?.startsWith('OK') === true) continue
    console.type([`list joblog jobid=${jobId}`, 'version'])
    const log = await console.until(/[^]*coffer-dir Version/i)
    throw new Error(`Coffer's JobId ${jobId} ended with ${said[1] ?? ''}\n${log[0].slice(-3000)}`)
  }
}
