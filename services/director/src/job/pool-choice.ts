// Which Pool a level leads to, and the words that say why.
import type { JobLevelLetter } from '@coffer/core'

/** A Pool's name together with the words that tell an operator why it was taken. */
interface ChosenPool {
  readonly name: string
  readonly source: string
}

/** The Pools that the level decides between. */
export interface PoolChoices {
  readonly base: ChosenPool
  readonly full?: ChosenPool
  readonly differential?: ChosenPool
  readonly incremental?: ChosenPool
  readonly virtualFull?: ChosenPool
}

/** The Pool for the level in force; the words name the directive or the override that led to it. */
export function choosePool(pools: PoolChoices, level: JobLevelLetter): ChosenPool {
  return poolOfLevel(pools, level) ?? pools.base
}

function poolOfLevel(pools: PoolChoices, level: JobLevelLetter): ChosenPool | undefined {
  switch (level) {
    case 'F':
      return pools.full
    case 'D':
      return pools.differential
    case 'I':
      return pools.incremental
    case 'f':
      return pools.virtualFull
    default:
      return undefined
  }
}

/** Pool names by level, as a Job resource or a Run directive gives them. */
export interface PoolNames {
  readonly pool?: string | undefined
  readonly full?: string | undefined
  readonly differential?: string | undefined
  readonly incremental?: string | undefined
  readonly virtualFull?: string | undefined
}

const WORDS = [
  ['full', 'FullPool'],
  ['differential', 'DiffPool'],
  ['incremental', 'IncPool'],
  ['virtualFull', 'VFullPool'],
] as const

/**
 * All Pools of a Job: the Run directive's go over the Job's, level by level. A Pool that an operator named (`user`) is
 * taken whatever the level.
 */
export function poolChoices(job: PoolNames, run: PoolNames, user: string | undefined): PoolChoices {
  if (user !== undefined) return { base: { name: user, source: 'User input' } }
  const base =
    run.pool === undefined
      ? { name: job.pool ?? '', source: 'Job resource' }
      : { name: run.pool, source: 'Run Pool override' }
  const byLevel = WORDS.flatMap(([key, word]) => {
    const ofRun = run[key]
    if (ofRun !== undefined) return [[key, { name: ofRun, source: `Run ${word} override` }]]
    const ofJob = job[key]
    return ofJob === undefined ? [] : [[key, { name: ofJob, source: `Job ${word} override` }]]
  })
  return { base, ...(Object.fromEntries(byLevel) as Omit<PoolChoices, 'base'>) }
}
