// How long records of Jobs and files are kept: Job Retention and File Retention of Pool and Client.
import type { DirectorConfig } from '../config/load.ts'

export type RecordKind = 'jobs' | 'files'

/** Seconds; that of the Pool, when it has one, goes over that of the Client. Undefined when neither is configured. */
export function recordRetention(
  { pools, clients }: Pick<DirectorConfig, 'pools' | 'clients'>,
  what: RecordKind,
  names: { readonly client: string; readonly pool: string | undefined },
): number | undefined {
  const rules = [
    names.pool === undefined ? undefined : pools.get(names.pool),
    clients.get(names.client),
  ]
  const seconds = rules.map((rule) => (what === 'jobs' ? rule?.jobRetention : rule?.fileRetention))
  return seconds.find((each) => each !== undefined)
}
