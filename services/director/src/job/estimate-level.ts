// The level and moment that an estimate works with: those that the Job would have if it ran now.
import type { Clock, JobLevelLetter } from '@coffer/core'
import type { Catalog } from '../catalog/catalog.ts'
import type { DirectorConfig } from '../config/load.ts'
import { filesetIdentity } from './fileset.ts'
import { decideRequest } from './history.ts'
import type { JobRequest } from './request.ts'

/** Nothing is written: a FileSet that the Catalog does not know yet leads to a Full. */
export async function estimateLevel(
  request: JobRequest,
  given: { readonly config: DirectorConfig; readonly catalog: Catalog; readonly clock: Clock },
): Promise<{ readonly level: JobLevelLetter; readonly sinceMs: number }> {
  const { catalog, config } = given
  const client = await catalog.clients.find(request.client)
  const fileset = config.filesets.get(request.fileset)
  const md5 = fileset === undefined ? '' : filesetIdentity(fileset).md5
  const rows = await catalog.filesets.listOfName(request.fileset)
  const row = fileset?.ignoreFilesetChanges === true ? rows[0] : rows.find((r) => r.md5 === md5)
  const line = {
    name: request.jobName,
    clientId: client?.clientId ?? 0,
    filesetId: row?.filesetId ?? 0,
  }
  const { level, sinceMs } = await decideRequest(request, { ...given, line })
  return { level, sinceMs }
}
