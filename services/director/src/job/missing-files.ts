// Names the files that the Volumes of a restore do not hold: storage knows their numbers, the Catalog their names.
import { CofferError, displayPath } from '@coffer/core'
import type { MissingFiles } from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import type { JobPorts } from './ports.ts'

/** So many are named; of the others their number. */
const MAX_NAMED = 100

/** Writes a line into the Job's log for each of them, up to a limit. */
export async function nameMissingFiles(
  job: ActiveJob,
  { catalog }: JobPorts,
  missing: readonly MissingFiles[],
): Promise<void> {
  let named = 0
  let wanted = 0
  for (const session of missing) {
    wanted += session.ranges.reduce((sum, { from, to }) => sum + (to - from + 1), 0)
    const paths = await catalog.files.ofSession(session, MAX_NAMED - named)
    named += paths.length
    for (const path of paths) {
      const { message, code } = new CofferError(
        'volume-damaged',
        `"${displayPath(path)}" is not restored: the Volumes do not hold it`,
      )
      await job.log.write('error', message, code)
    }
  }
  if (named === MAX_NAMED && wanted > named) {
    await job.log.write('error', `${wanted - named} more files are not restored`)
  }
}
