import { writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratch, noise, type Scratch } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { filesetOf } from './backup/backup-loop.contract.ts'
import { FiledRig } from './filed-rig.contract.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let scratch: Scratch
let rig: FiledRig
const job = { jobId: 1, job: 'Test.1', name: 'Test', type: 'B', level: 'F' }

beforeAll(async () => {
  scratch = await makeScratch('bandwidth')
  writeFileSync(join(scratch.path, 'file'), noise(2_000_000))
  await mkdir(join(scratch.path, 'restored'))
  rig = await FiledRig.start(scratch.path)
})

afterAll(async () => {
  await rig.stop()
  await scratch.remove()
})

/** Lifts the limit as soon as the Job has begun; at a byte a second it would never end. */
function lift(name: string, answers: number[]) {
  return (event: { readonly event: string }): void => {
    if (event.event !== 'ready') return
    const request = { job: name, limit: 0 }
    void rig.director.fileDaemon.setBandwidth(request).then(({ jobs }) => answers.push(jobs))
  }
}

describe('a limit of bandwidth', () => {
  it('holds a backup and a restore back until it is lifted', async () => {
    const slow = { ...job, maxBandwidth: 1 }
    const answers: number[] = []
    const fileset = filesetOf([join(scratch.path, 'file')], { signature: 'MD5' })
    const onEvent = lift('Test.1', answers)
    const backup = await rig.backup(fileset, { job: slow }, { onEvent })
    expect(backup.end).toMatchObject({ status: 'T', files: 1 })
    const where = join(scratch.path, 'restored')
    const restore = await rig.restore({ job: slow, where }, { onEvent })
    expect(restore.end).toMatchObject({ status: 'T', files: 1 })
    expect(answers).toEqual([1, 1])
  })

  it('of the daemon holds for Jobs that come, and shows in its status', async () => {
    await rig.director.fileDaemon.setBandwidth({ job: '', limit: 1 })
    const status = await rig.director.fileDaemon.status({})
    expect(status.daemon?.bandwidthLimit).toBe(1)
    const answers: number[] = []
    const fileset = filesetOf([join(scratch.path, 'file')])
    const backup = await rig.backup(fileset, {}, { onEvent: lift('', answers) })
    expect(backup.end).toMatchObject({ status: 'T', files: 1 })
    expect(answers).toEqual([1])
  })

  it('does not hold back the end of a Job that is canceled', async () => {
    const stop = new AbortController()
    const onEvent = ({ event }: { readonly event: string }) => {
      if (event === 'ready') stop.abort()
    }
    const fileset = filesetOf([join(scratch.path, 'file')])
    const slow = { ...job, maxBandwidth: 1 }
    const backup = rig.backup(fileset, { job: slow }, { onEvent, signal: stop.signal })
    await expect(backup).rejects.toMatchObject({ code: 'call-canceled' })
    await vi.waitFor(async () => {
      expect((await rig.director.fileDaemon.status({})).running).toEqual([])
    })
  })
})
