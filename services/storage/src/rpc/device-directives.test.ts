import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import {
  backUp,
  bootstrapOf,
  brief,
  DirectorSession,
  fileRecords,
  restore,
  type RigOptions,
  StorageRig,
} from './fake-peers.contract.ts'

const rigs: StorageRig[] = []
async function makeRig(options: RigOptions): Promise<StorageRig> {
  const rig = await StorageRig.start(options)
  rigs.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop()
})

it('Block Checksum = no leaves the checksum of data blocks out, and they are read', async () => {
  const rig = await makeRig({ device: 'Block Checksum = no; Maximum Block Size = 64512' })
  const session = new DirectorSession(rig, 'plain.1')
  const records = fileRecords(1, 5, 50_000)
  const end = await backUp(rig, session, [records])
  const volume = await readFile(join(rig.archive, 'V-0001'))
  const labelBytes = volume.readUInt32BE(4)
  expect(volume.readUInt32BE(0)).not.toBe(0)
  expect(volume.readUInt32BE(labelBytes)).toBe(0)
  const back = await restore(rig, bootstrapOf(session.media, end))
  expect(brief(back.records)).toEqual(brief(records))
})

it('Absolute Job Timeout ends a session whose file daemon does not', async () => {
  const rig = await makeRig({ storage: 'Absolute Job Timeout = 1' })
  const session = new DirectorSession(rig, 'endless.1')
  await session.opened
  const end = await session.ended
  expect(end.end?.status).toBe('A')
  expect(session.texts.join()).toContain('longer than the Absolute Job Timeout')
})
