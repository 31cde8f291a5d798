// Which Volumes of a restore cannot be read, and the copies that are read in their place.
import { type Bootstrap, parseBootstrap, toCofferError } from '@coffer/core'
import type { CopiesOfJob } from '../catalog/copies.ts'
import { isOfSession, readCopy } from '../restore/copied-entries.ts'
import type { MediaSpan, PlaceOf } from '../restore/plan.ts'
import { withStorage } from '../restore/pieces.ts'
import type { ActiveJob } from './active-job.ts'
import type { JobPorts } from './ports.ts'
import type { RestoreOptions } from './request.ts'
import { readPlace } from './transfer-place.ts'

/** What the restore reads: its Bootstrap, with copies where the original cannot be read or copies are preferred. */
export async function readableBootstrap(
  job: ActiveJob,
  ports: JobPorts,
  restore: RestoreOptions,
): Promise<Bootstrap> {
  const wanted = withStorage(parseBootstrap(restore.bootstrap), job.facts.storage.name)
  const copied = await ports.catalog.copies.ofSessions(sessionsOf(wanted))
  // Nobody is asked for Volumes of which there is nothing else anyway.
  if (copied.length === 0) return wanted
  const shelf = new Shelf(job, ports)
  let bootstrap = wanted
  for (const one of copied) {
    const reason = await whyNot(shelf, bootstrap, one, restore.prefersCopies === true)
    if (reason !== undefined)
      bootstrap = await takeCopy({ job, ports, shelf, one, reason }, bootstrap)
  }
  return bootstrap
}

function sessionsOf({ entries }: Bootstrap) {
  const sessions = entries.flatMap(({ sessionIds, sessionTimes }) =>
    sessionIds.flatMap(({ from }) =>
      sessionTimes.map((volSessionTime) => ({ volSessionId: from, volSessionTime })),
    ),
  )
  return [...new Map(sessions.map((one) => [JSON.stringify(one), one])).values()]
}

/** Why the original is not read, for the Job log; undefined when it is. */
async function whyNot(
  shelf: Shelf,
  { entries }: Bootstrap,
  { original }: CopiesOfJob,
  prefersCopies: boolean,
): Promise<string | undefined> {
  if (prefersCopies) return 'copies were asked for'
  for (const entry of entries.filter((one) => isOfSession(one, original))) {
    for (const volume of entry.volumes) {
      const reason = await shelf.whyMissing(entry.storage ?? '', volume)
      if (reason !== undefined) return `Volume "${volume}" cannot be read (${reason})`
    }
  }
  return undefined
}

interface Taking {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly shelf: Shelf
  readonly one: CopiesOfJob
  readonly reason: string
}

/** The first copy that can be read itself; without one the original is tried, and its files are missed by name. */
async function takeCopy(
  { job, ports, shelf, one, reason }: Taking,
  bootstrap: Bootstrap,
): Promise<Bootstrap> {
  const placeOf = readPlace(job.config, job.facts.storage.name)
  const { original, copies } = one
  for (const copy of copies) {
    const spans = await ports.catalog.restore.jobMedia([copy.jobId])
    if (spans.length === 0 || !(await areReadable(shelf, spans, placeOf))) continue
    const text = `JobId ${original.jobId}: ${reason}. Reading its copy, JobId ${copy.jobId}, instead.`
    await job.log.write(reason.startsWith('Volume') ? 'warning' : 'info', text)
    return readCopy(bootstrap, original, spans, placeOf)
  }
  await job.log.write('warning', `JobId ${original.jobId}: no copy can be read either; ${reason}.`)
  return bootstrap
}

async function areReadable(
  shelf: Shelf,
  spans: readonly MediaSpan[],
  placeOf: PlaceOf,
): Promise<boolean> {
  for (const span of spans) {
    if ((await shelf.whyMissing(placeOf(span).storage, span.volume)) !== undefined) return false
  }
  return true
}

/** Asks storage daemons for Volumes, for each once. */
class Shelf {
  readonly #job: ActiveJob
  readonly #ports: JobPorts
  readonly #known = new Map<string, Promise<string | undefined>>()

  constructor(job: ActiveJob, ports: JobPorts) {
    this.#job = job
    this.#ports = ports
  }

  /** Undefined for a Volume that can be read. */
  whyMissing(storage: string, volume: string): Promise<string | undefined> {
    const key = JSON.stringify([storage, volume])
    const known = this.#known.get(key) ?? this.#ask(storage, volume)
    this.#known.set(key, known)
    return known
  }

  async #ask(storage: string, volume: string): Promise<string | undefined> {
    const { config, signal } = this.#job
    const name = config.storages.has(storage) ? storage : this.#job.facts.storage.name
    const device = config.storages.get(name)?.device[0] ?? ''
    try {
      const link = this.#ports.links.storage(config, name)
      // Once: a copy elsewhere is better than waiting for a daemon that does not run.
      await link.connect(signal, (error) => Promise.reject(toCofferError(error)))
      const { missing } = await link.calls.findVolumes({ device, volumes: [volume] }, { signal })
      return missing[0]?.reason
    } catch (error) {
      if (signal.aborted) throw error
      return toCofferError(error).message
    }
  }
}
