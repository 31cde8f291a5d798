// Which daemons a Job needs: what admission counts, what its end is merged of, what its report shows.
import { JOB_LEVELS, JOB_TYPES } from '@coffer/core'
import type { ActiveJob } from './active-job.ts'

/** From Volumes to Volumes: no file daemon takes part. */
export function isTransfer({ type, level, request }: ActiveJob): boolean {
  if (type === JOB_TYPES.backup.letter) return level === JOB_LEVELS.virtualFull.letter
  return isCopyType(type) && request.copyOf !== undefined
}

/** Whether it reads or writes Volumes at all; others only run scripts, or start further Jobs. */
export function movesData(job: ActiveJob): boolean {
  const { type } = job
  return type === JOB_TYPES.backup.letter || type === JOB_TYPES.restore.letter || isTransfer(job)
}

/** "Copying" or "Migration", as reports and log lines have it. */
export function copyWord(type: string): string {
  return type === JOB_TYPES.migrate.letter ? 'Migration' : 'Copying'
}

function isCopyType(type: string): boolean {
  return type === JOB_TYPES.copy.letter || type === JOB_TYPES.migrate.letter
}
