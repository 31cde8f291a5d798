// A full disk where the Volumes are, and where a restore writes: the Job says so, and goes through once there is space.
import { join } from 'node:path'
import { mountSmallDisk, noSmallDisk, type SmallDisk, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// One backup of the tree takes 1.2 MB.
const FOR_ONE_KIB = 2048
const FOR_NONE_KIB = 512
const FOR_ALL_KIB = 64 * 1024

const why = noSmallDisk()

describe.skipIf(why)('a full disk', { timeout: 120_000, meta: { skipReason: why } }, () => {
  let disk: SmallDisk
  let trial: Trial

  beforeAll(async () => {
    disk = await mountSmallDisk(FOR_ONE_KIB)
    trial = await Trial.start('full-disk', (draft) =>
      draft.edit('storage.d/device/FileStorage.conf', (text) =>
        text.replace(/Archive Device = .*/, `Archive Device = "${disk.path}"`),
      ),
    )
  })

  afterAll(async () => {
    await trial.close()
    await disk.remove()
  })

  it('at storage fails the Job and keeps what was there', async () => {
    expect(await trial.backUp()).toMatchObject({ jobId: 1, status: 'T' })
    const failed = await trial.backUp()
    expect(failed.status, failed.log).toMatch(/^[Ef]$/)
    expect(failed.log).toMatch(/Fatal error: .*(no space|full)/i)
    expect(failed.log).toContain(disk.path)
    expect(await trial.restoreDifferences(1)).toEqual([])
    await disk.resize(FOR_ALL_KIB)
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
    expect(await trial.restoreDifferences(1)).toEqual([])
  })

  it('at a restore fails the Job', async () => {
    await disk.resize(FOR_ALL_KIB)
    const { jobId } = await trial.backUp()
    const target = await mountSmallDisk(FOR_NONE_KIB)
    try {
      const where = join(target.path, 'restored')
      const failed = await trial.restore(jobId, { where })
      expect(failed.status, failed.log).toMatch(/^[Ef]$/)
      expect(failed.termination).toBe('*** Restore Error ***')
      expect(failed.log).toMatch(/Fatal error: .*(no space|full)/i)
      await target.resize(FOR_ALL_KIB)
      const good = await trial.restore(jobId, { where })
      expect(good.status, good.log).toBe('T')
    } finally {
      await target.remove()
    }
    expect(await trial.restoreDifferences(jobId)).toEqual([])
  })
})
