// The Jobs that both Directors know: the same names, trees and options, as each writes them.
import type { BaculaJob } from '@coffer/test-kit'
import type { BenchData } from './data.ts'

export interface BenchJob {
  readonly name: string
  readonly tree: string
  /** Directives of the FileSet's Options; undefined when the Job is not one of Coffer's. */
  readonly coffer?: string
  readonly bacula?: Pick<BaculaJob, 'signature' | 'compression'>
  /** Jobs beside each other share a Volume; others begin one of their own. */
  readonly sharesVolume?: boolean
}

export const TWENTY = Array.from({ length: 20 }, (_, i) => `one-${String(i + 1)}`)

/** What a user has: a digest of each file, ACLs and extended attributes. */
const PLAIN = { coffer: 'Signature = XXH128', bacula: { signature: 'MD5' } } as const

export function benchJobs(data: BenchData): BenchJob[] {
  return [
    { name: 'big', tree: data.big, ...PLAIN },
    { name: 'small', tree: data.small, ...PLAIN },
    { name: 'usr', tree: data.usr, ...PLAIN },
    { name: 'text', tree: data.text, coffer: 'Signature = XXH128; Compression = ZSTD1' },
    { name: 'text-gzip', tree: data.text, bacula: { signature: 'MD5', compression: 'GZIP1' } },
    { name: 'text-lzo', tree: data.text, bacula: { signature: 'MD5', compression: 'LZO' } },
    { name: 'million', tree: data.million, ...PLAIN },
    { name: 'ten-thousand', tree: data.tenThousand, ...PLAIN },
    ...TWENTY.map((name) => ({ name, tree: data.one, ...PLAIN, sharesVolume: true })),
  ]
}

const SHARED_POOL = 'shared'

/** As resources of a Director of Coffer. */
export function cofferResources(jobs: readonly BenchJob[]): string {
  const pool = (name: string, more: string): string =>
    `Pool { Name = ${name}; Pool Type = Backup; Label Format = "${name}-"; Auto Prune = no; ${more} }\n`
  return [
    pool('own', 'Maximum Volume Jobs = 1'),
    pool(SHARED_POOL, ''),
    ...jobs.flatMap(({ name, tree, coffer, sharesVolume }) =>
      coffer === undefined
        ? []
        : [
            `FileSet { Name = "bench-${name}"; Include { Options { ${coffer}; ACL Support = yes; XAttr Support = yes }; File = "${tree}" } }\n`,
            `Job { Name = ${name}; Type = Backup; Level = Full; Client = coffer-fd; FileSet = "bench-${name}"; Storage = File; Pool = ${sharesVolume === true ? SHARED_POOL : 'own'}; Messages = Standard }\n`,
          ],
    ),
  ].join('')
}

export function baculaJobs(jobs: readonly BenchJob[]): BaculaJob[] {
  return jobs.flatMap(({ name, tree, bacula, sharesVolume }) =>
    bacula === undefined
      ? []
      : [
          sharesVolume === true
            ? { name, tree, ...bacula, pool: SHARED_POOL }
            : { name, tree, ...bacula, ownVolume: true },
        ],
  )
}
