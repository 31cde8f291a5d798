import { afterEach, expect, it } from 'vitest'
import {
  backUp,
  bootstrapOf,
  brief,
  DirectorSession,
  fileRecords,
  restore,
  StorageRig,
} from './fake-peers.contract.ts'

const rigs: StorageRig[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop()
})

it('a limit of bandwidth holds a session back until it is lifted', async () => {
  const rig = await StorageRig.start({ storage: 'Maximum Bandwidth Per Job = 1' })
  rigs.push(rig)
  const session = new DirectorSession(rig, 'slow.1')
  const records = fileRecords(1, 3, 50_000)
  const stored = backUp(rig, session, [records])
  await session.opened
  const { setBandwidth } = rig.director.storageDaemon
  expect(await setBandwidth({ job: 'nobody', limit: 0 })).toEqual({ jobs: 0 })
  expect(await setBandwidth({ job: '', limit: 0 })).toEqual({ jobs: 1 })
  const end = await stored
  expect(end.end).toMatchObject({ status: 'T', files: 3 })
  const back = await restore(rig, bootstrapOf(session.media, end))
  expect(brief(back.records)).toEqual(brief(records))
})
