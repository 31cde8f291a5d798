// The steps of a Verify Job: which Job it verifies, and by level the file daemon or storage that looks.
import { CofferError, JOB_LEVELS, JOB_TYPES, jobLevelText, type JobLevelLetter } from '@coffer/core'
import type { VerifyCommandInit } from '@coffer/wire'
import type { JobRow } from '../catalog/jobs.ts'
import { sendPieces } from './accurate.ts'
import type { ActiveJob } from './active-job.ts'
import { connectFiled, jobRef } from './connect.ts'
import { runFiledSession } from './filed-session.ts'
import { filesetMessage } from './fileset.ts'
import { cutFileset } from './fileset-pieces.ts'
import type { JobPorts } from './ports.ts'
import { missing } from './request.ts'
import { verifyVolumes } from './verify-volumes.ts'

/** Runs a Verify Job to its end, which it leaves in the Job's facts. Throws what keeps it from verifying. */
export async function runVerify(job: ActiveJob, ports: JobPorts): Promise<void> {
  await job.log.info(
    `Start Verify JobId=${job.jobId} Level=${jobLevelText(job.level)} Job=${job.job}`,
  )
  switch (job.level) {
    case JOB_LEVELS.initCatalog.letter:
      return describeClient(job, ports)
    case JOB_LEVELS.catalog.letter:
    case JOB_LEVELS.diskToCatalog.letter:
      return compareClient(job, await verifiedJob(job, ports), ports)
    case JOB_LEVELS.volumeToCatalog.letter:
    case JOB_LEVELS.data.letter:
      return verifyVolumes(job, await verifiedJob(job, ports), ports)
    default:
      throw new CofferError(
        'job-type-unsupported',
        `a Verify Job has no level "${jobLevelText(job.level)}"`,
      )
  }
}

/** The Job that is verified, noted and written into the log. Throws `verify-nothing`. */
async function verifiedJob(job: ActiveJob, ports: JobPorts): Promise<JobRow> {
  const row = await findVerified(job, ports)
  if (row === undefined) throw nothing(job)
  job.facts.verified = { jobId: row.jobId, job: row.job }
  await job.log.info(`Verifying against JobId=${row.jobId} Job=${row.job}`)
  return row
}

async function findVerified(
  { request, facts, level }: ActiveJob,
  { catalog }: JobPorts,
): Promise<JobRow | undefined> {
  const [given] = request.jobIds ?? []
  if (given !== undefined) return catalog.jobs.find(given)
  const name = request.verifyJob ?? request.jobName
  const { clientId } = facts
  return level === JOB_LEVELS.catalog.letter
    ? catalog.jobs.findVerifiable({
        name,
        clientId,
        type: JOB_TYPES.verify.letter,
        level: JOB_LEVELS.initCatalog.letter,
      })
    : catalog.jobs.findVerifiable({ name, clientId, type: JOB_TYPES.backup.letter })
}

function nothing({ request, level }: ActiveJob): CofferError {
  const name = request.verifyJob ?? request.jobName
  const what = level === JOB_LEVELS.catalog.letter ? 'InitCatalog' : 'backup'
  const [given] = request.jobIds ?? []
  const which =
    given === undefined
      ? `no good ${what} of Job "${name}" and Client "${request.client}" is in the Catalog`
      : `there is no JobId ${given}`
  return new CofferError('verify-nothing', which)
}

/** InitCatalog: what the file daemon finds becomes the file rows of this Job. */
async function describeClient(job: ActiveJob, ports: JobPorts): Promise<void> {
  const attributes = await ports.catalog.attributes.session(job.jobId)
  try {
    await runClient({ job, ports, onAttributes: (records) => attributes.add(records) })
    const { files } = job.facts.filed ?? { files: 0 }
    await attributes.commit({ number: 1, jobMedia: [], volumes: [], files, bytes: 0 })
    await attributes.end()
  } finally {
    await attributes.discard()
    job.facts.committedFiles = attributes.committed.files
  }
}

/** Catalog and DiskToCatalog: the file daemon compares what it finds with a state that the Catalog knows. */
async function compareClient(job: ActiveJob, verified: JobRow, ports: JobPorts): Promise<void> {
  const chain = await stateOf(verified, job.level, ports)
  await runClient({ job, ports, chain })
  job.facts.differences = job.facts.filed?.differences ?? 0
}

/** An InitCatalog stands for itself, a backup for the state that it and those before it left. */
async function stateOf(
  verified: JobRow,
  level: JobLevelLetter,
  { catalog }: JobPorts,
): Promise<number[]> {
  if (level === JOB_LEVELS.catalog.letter) return [verified.jobId]
  const jobs = await catalog.restore.chainOfJob(verified.jobId)
  return jobs.map(({ jobId }) => jobId)
}

interface ClientRun {
  readonly job: ActiveJob
  readonly ports: JobPorts
  readonly chain?: readonly number[]
  readonly onAttributes?: (records: Uint8Array) => Promise<void>
}

async function runClient({ job, ports, chain, onAttributes }: ClientRun): Promise<void> {
  const fileset = job.config.filesets.get(job.request.fileset)
  if (fileset === undefined) throw missing('FileSet', job.request.fileset)
  const filed = await connectFiled(job, ports)
  const { runCommand } = ports
  const access = { allowCompression: true, runCommand, signal: job.signal }
  const { first, pieces } = cutFileset(await filesetMessage(fileset, access))
  job.facts.filed = await runFiledSession<VerifyCommandInit>({
    call: filed.calls.verify({ signal: job.signal }),
    start: { command: 'start', start: { job: jobRef(job), fileset: first } },
    more: (send) => sendPieces({ job, ports }, pieces, chain, send),
    peerName: filed.peerName,
    log: job.log,
    onReady: async () => undefined,
    onProgress: (progress) => {
      job.setProgress(progress)
    },
    ...(onAttributes === undefined ? {} : { onAttributes }),
  })
}
