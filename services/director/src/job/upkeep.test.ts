import { expect, test } from 'vitest'
import { bench, catalog, makeBench, number, useJobBench } from './job-bench.contract.ts'

useJobBench()

const LONG_AGO_MS = Date.now() - 400 * 86_400_000

/** Makes a Job look as if it had run long ago. */
async function age(jobId: number): Promise<void> {
  await catalog.jobs.update(jobId, { startMs: LONG_AGO_MS })
  await catalog.jobs.end(jobId, { status: 'T', endMs: LONG_AGO_MS, files: 3, bytes: 9, errors: 0 })
}

test('a Job prunes the records of its Client as it says, and its own chain stays', async () => {
  await makeBench({ job: 'Prune Jobs = yes; Prune Files = yes' })
  const first = await bench.run()
  expect(first.log).toContain('No Jobs found to prune.')
  await age(first.jobId)
  const { log, status } = await bench.run()
  expect(status).toBe('T')
  expect(log).toContain('Begin pruning Jobs older than 6 months.\n')
  expect(log).toContain(`Pruned 1 Jobs for client fd${number} from catalog.\n`)
  expect(log).toContain('No Files found to prune.\n')
  expect(await catalog.jobs.find(first.jobId)).toBeUndefined()
})

test('a Pool that truncates frees what has expired when a Job of it ends', async () => {
  const label = `Label Format = "Cut${number}-"; Maximum Volume Jobs = 1; Action On Purge = Truncate`
  await makeBench({ pool: label })
  const first = await bench.run()
  const [volume] = await catalog.jobMedia.volumes(first.jobId)
  if (volume === undefined) throw new Error('no Volume')
  expect(await catalog.media.find(volume)).toMatchObject({ status: 'Used', actionOnPurge: 1 })
  const second = await bench.run()
  expect(second.log).not.toContain('truncated')

  await age(first.jobId)
  await catalog.media.update(volume, { lastWrittenMs: LONG_AGO_MS, enabledNumber: 0 })
  expect((await bench.run()).log).not.toContain('Pruned')
  await catalog.media.update(volume, { enabledNumber: 1, recycle: false })
  const { log } = await bench.run()
  expect(log).toContain(`Pruned volume "${volume}": JobIds ${first.jobId}.\n`)
  expect(log).toContain(`The volume '${volume}' has been truncated.\n`)
  expect(await catalog.media.find(volume)).toMatchObject({ status: 'Purged', bytes: 200 })
})
