// Where a copy, a migration or a virtual Full writes: the rules for its Pool and its Storage.
import { CofferError } from '@coffer/core'
import type { Chosen } from './request.ts'

/** Names as they stand in resources and overrides; undefined where nothing is said. */
export interface NextPlaceQuestion {
  /** Of the command line or of a Run line. */
  readonly override: string | undefined
  readonly ofJob: string | undefined
  /** The Pool that is read, and the Next Pool that it names. */
  readonly readPool: string
  readonly ofPool: string | undefined
  /** Storage of a Pool. */
  readonly storageOf: (pool: string) => string | undefined
  readonly storageOverride: Chosen | undefined
  readonly jobStorage: string | undefined
}

export interface NextPlace {
  readonly pool: Chosen
  readonly storage: Chosen
}

/** An override goes over the Job, the Job over the Pool that is read. Throws `next-pool-missing`. */
export function decideNextPlace(question: NextPlaceQuestion): NextPlace {
  const pool = nextPool(question)
  return { pool, storage: nextStorage(question, pool.name) }
}

function nextPool({ override, ofJob, ofPool, readPool }: NextPlaceQuestion): Chosen {
  if (override !== undefined) return { name: override, source: 'Run NextPool override' }
  if (ofJob !== undefined) return { name: ofJob, source: "Job's NextPool resource" }
  if (ofPool !== undefined) return { name: ofPool, source: "Job Pool's NextPool resource" }
  throw new CofferError(
    'next-pool-missing',
    `neither the Job nor the Pool "${readPool}" names a Next Pool`,
  )
}

function nextStorage(question: NextPlaceQuestion, pool: string): Chosen {
  const { storageOverride, storageOf, jobStorage } = question
  if (storageOverride !== undefined) return storageOverride
  const ofPool = storageOf(pool)
  if (ofPool !== undefined) return { name: ofPool, source: "Pool's NextPool resource" }
  if (jobStorage !== undefined) return { name: jobStorage, source: 'Job resource' }
  throw new CofferError('next-pool-missing', `the Next Pool "${pool}" has no Storage`)
}
