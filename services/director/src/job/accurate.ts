// What a file daemon is told behind the start of a Job: the rest of a long FileSet, and the state to compare with.
import { JOB_LEVELS } from '@coffer/core'
import type { FileSetPieceInit } from '@coffer/wire'
import type { ActiveJob } from './active-job.ts'
import type { JobPorts } from './ports.ts'

/** Commands that Jobs of several kinds know. */
type PieceCommand =
  | { readonly command: 'fileset'; readonly fileset: FileSetPieceInit }
  | { readonly command: 'known'; readonly known: { readonly files: Uint8Array } }
  | { readonly command: 'go'; readonly go: Record<string, never> }

/** Whether the Job compares with what earlier ones left; a Full takes everything anyway. */
export function comparesState(job: ActiveJob): boolean {
  const { incremental, differential } = JOB_LEVELS
  return (
    job.request.accurate && (job.level === incremental.letter || job.level === differential.letter)
  )
}

/** JobIds whose state a backup builds on, oldest first: a Differential on its Full alone. */
export async function baseChain(job: ActiveJob, { catalog }: JobPorts): Promise<number[]> {
  const { client, fileset, jobName } = job.request
  const chain = await catalog.restore.chain({ client, fileset, jobName })
  const isDifferential = job.level === JOB_LEVELS.differential.letter
  const base = isDifferential ? chain.slice(0, 1) : chain
  return base.map(({ jobId }) => jobId)
}

/** Sends pieces of the FileSet and the state of a chain, then lets the Job begin. */
export async function sendPieces(
  { job, ports }: { readonly job: ActiveJob; readonly ports: JobPorts },
  pieces: readonly FileSetPieceInit[],
  chain: readonly number[] | undefined,
  send: (command: PieceCommand) => Promise<void>,
): Promise<void> {
  for (const fileset of pieces) await send({ command: 'fileset', fileset })
  if (chain !== undefined) {
    await job.log.info('Sending Accurate information.')
    for await (const files of ports.catalog.files.known(chain)) {
      await send({ command: 'known', known: { files } })
    }
    await job.log.info('Sent Accurate information.')
  }
  await send({ command: 'go', go: {} })
}
