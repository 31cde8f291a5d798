// The Volumes that a copy or a virtual Full reads, and the place where it writes, out of Catalog and configuration.
import type { Bootstrap } from '@coffer/core'
import type { MediaSpan } from '../restore/plan.ts'
import { type BootstrapPiece, cutByStorage } from '../restore/pieces.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { ActiveJob } from './active-job.ts'
import { decideNextPlace, type NextPlace } from './next-pool.ts'

/** Where the Job writes what it reads of the Pool `readPool`; `given` goes over that. Throws `next-pool-missing`. */
export function nextPlaceOf(
  { config, request }: ActiveJob,
  readPool: string,
  readStorage: string,
  given = request.nextPool,
): NextPlace {
  const job = config.jobs.get(request.jobName)
  const isOfJob = given === job?.nextPool
  return decideNextPlace({
    override: isOfJob ? undefined : given,
    ofJob: isOfJob ? given : undefined,
    readPool,
    ofPool: config.pools.get(readPool)?.nextPool,
    storageOf: (pool) => config.pools.get(pool)?.storage[0],
    storageOverride: request.storageOverride,
    jobStorage: job?.storage[0] ?? readStorage,
  })
}

/** Names of Storage and Device for a Volume: where the Catalog has seen it, else `fallback`. */
export function readPlace(
  config: DirectorConfig,
  fallback: string,
): (span: MediaSpan) => { readonly storage: string; readonly device: string } {
  return (span) => {
    const storage = config.storages.has(span.storage) ? span.storage : fallback
    return { storage, device: config.storages.get(storage)?.device[0] ?? '' }
  }
}

/** What each storage daemon reads; two Storages with one address and Device are one. */
export function piecesOf(config: DirectorConfig, bootstrap: Bootstrap): readonly BootstrapPiece[] {
  const placeOf = (name: string): string => {
    const storage = config.storages.get(name)
    if (storage === undefined) return name
    return JSON.stringify([storage.address, storage.port, storage.device[0]])
  }
  return cutByStorage(bootstrap, (one, other) => placeOf(one) === placeOf(other))
}
