import { readdir } from 'node:fs/promises'
import { encodeRecords } from '@coffer/core'
import { afterEach, describe, expect, it } from 'vitest'
import {
  backUp,
  bootstrapOf,
  brief,
  DirectorSession,
  fileRecords,
  restore,
  type RigOptions,
  StorageRig,
  VolumeShelf,
} from './fake-peers.contract.ts'

const rigs: StorageRig[] = []
async function makeRig(options: RigOptions = {}): Promise<StorageRig> {
  const rig = await StorageRig.start(options)
  rigs.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop()
})

/** Lines about spooling, without what differs from run to run. */
function spoolLines(session: DirectorSession): readonly string[] {
  return session.texts
    .filter((text) => /spool/i.test(text))
    .map((text) => text.replace(/time = [\d:]+, .*/, 'time = …'))
}

const BATCHES = [1, 4, 7, 10].map((from) => fileRecords(from, from + 2, 1000))

async function stored(rig: StorageRig, session: DirectorSession) {
  const bootstrap = bootstrapOf(session.media, await session.opened)
  const { records } = await restore(rig, bootstrap)
  return brief(records)
}

describe('a spooled backup', () => {
  it('goes to the Volume in one run, and is the same there', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'spool.1', new VolumeShelf(), { spoolData: true })
    const end = await backUp(rig, session, BATCHES)
    expect(end.end).toMatchObject({ status: 'T', files: 12 })
    expect(spoolLines(session)).toEqual([
      'info: Spooling data ...',
      expect.stringMatching(
        /^info: Committing spooled data to the Volume\. Despooling 1\d,\d{3} bytes \.\.\.$/,
      ),
      'info: Despooling elapsed time = …',
    ])
    expect(session.files).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
    expect(await stored(rig, session)).toEqual(brief(BATCHES.flat()))
    expect(await readdir(rig.archive)).not.toContainEqual(expect.stringContaining('.spool'))
  })

  it.each([
    ['of the Job', 'Maximum Job Spool Size = 8000', {}, 'Job'],
    ['of the Device', 'Maximum Spool Size = 8000', {}, 'Device'],
    ['that the Director gives', 'Maximum Job Spool Size = 1 g', { spoolSize: 8000 }, 'Job'],
  ])('goes in several runs at the limit %s', async (_whose, device, more, what) => {
    const rig = await makeRig({ device })
    const start = { spoolData: true, ...more }
    const session = new DirectorSession(rig, 'spool.2', new VolumeShelf(), start)
    const end = await backUp(rig, session, BATCHES)
    expect(end.end).toMatchObject({ status: 'T', files: 12 })
    const lines = spoolLines(session)
    expect(lines).toContainEqual(
      expect.stringMatching(
        `User specified ${what} spool size reached: [67],.* of at most 8,000 bytes`,
      ),
    )
    expect(lines).toContain('info: Spooling data again ...')
    expect(lines).toContainEqual(
      expect.stringContaining('Committing spooled data to Volume "V-0001"'),
    )
    expect(await stored(rig, session)).toEqual(brief(BATCHES.flat()))
  })

  it('that is larger than the spool goes past it', async () => {
    const rig = await makeRig({ device: 'Maximum Spool Size = 100' })
    const session = new DirectorSession(rig, 'spool.3', new VolumeShelf(), { spoolData: true })
    await backUp(rig, session, BATCHES)
    expect(await stored(rig, session)).toEqual(brief(BATCHES.flat()))
  })

  it('goes straight to the Volume when there is no place to spool, and says so', async () => {
    const rig = await makeRig({ device: 'Spool Directory = "/nonexistent/spool"' })
    const session = new DirectorSession(rig, 'spool.4', new VolumeShelf(), { spoolData: true })
    const end = await backUp(rig, session, BATCHES)
    expect(end.end).toMatchObject({ status: 'T', files: 12 })
    expect(spoolLines(session)).toEqual([
      expect.stringMatching(
        /^warning: cannot spool in "\/nonexistent\/spool": ENOENT.*straight to the Volume$/,
      ),
    ])
    expect(await stored(rig, session)).toEqual(brief(BATCHES.flat()))
  })

  it('gives its room back when it ends before it is despooled', async () => {
    const rig = await makeRig({ device: 'Maximum Spool Size = 20000' })
    const broken = new DirectorSession(rig, 'spool.5', new VolumeShelf(), { spoolData: true })
    await broken.opened
    const client = rig.client('spool.5')
    const call = client.storageData.append({})
    for (const batch of [[...BATCHES[0]!], [...BATCHES[0]!].reverse()]) {
      await call.send(encodeRecords(batch))
    }
    call.end()
    await expect(call.receive()).rejects.toMatchObject({ code: 'record-order' })
    expect((await broken.ended).end?.status).toBe('f')
    expect(spoolLines(broken)).toContainEqual(
      expect.stringMatching(/^warning: .* the Job ended before$/),
    )
    client.close()
    const next = new DirectorSession(rig, 'spool.6', new VolumeShelf(), { spoolData: true })
    await backUp(rig, next, BATCHES)
    expect(spoolLines(next)).toHaveLength(3)
  })
})

describe('spooled attributes', () => {
  it('go to the Director when the Job ends', async () => {
    const rig = await makeRig({ storage: 'Checkpoint Interval = 1' })
    const session = new DirectorSession(rig, 'attrs.1', new VolumeShelf(), {
      spoolAttributes: true,
    })
    await backUp(rig, session, BATCHES)
    expect(session.texts).toContainEqual(
      expect.stringMatching(
        /^info: Sending spooled attrs to the Director\. Despooling [\d,]+ bytes \.\.\.$/,
      ),
    )
    expect(session.commits.filter(({ files }) => files > 0)).toHaveLength(1)
    expect(session.files).toHaveLength(12)
  })
})
