// A spool disk that really fills up: the Job says so, and loses nothing.
import {
  backUp,
  bootstrapOf,
  brief,
  DirectorSession,
  fileRecords,
  restore,
  StorageRig,
  VolumeShelf,
} from '../../services/storage/src/rpc/fake-peers.contract.ts'
import { mountSmallDisk, noSmallDisk } from '@coffer/test-kit'
import { describe, expect, it } from 'vitest'

const why = noSmallDisk()

describe.skipIf(why)('a full spool disk', { meta: { skipReason: why } }, () => {
  it('is emptied onto the Volume, and the Job goes on', async () => {
    const disk = await mountSmallDisk(512)
    const rig = await StorageRig.start({ device: `Spool Directory = "${disk.path}"` })
    try {
      const session = new DirectorSession(rig, 'spool.1', new VolumeShelf(), { spoolData: true })
      const batches = Array.from({ length: 20 }, (_, n) => fileRecords(n + 1, n + 1, 100_000))
      const end = await backUp(rig, session, batches)
      expect(end.end).toMatchObject({ status: 'T', files: 20, errors: 0 })
      const full = session.texts.filter((text) => text.includes('cannot write to the spool'))
      expect(full[0]).toContain(`warning: cannot write to the spool in "${disk.path}": ENOSPC`)
      const { records } = await restore(rig, bootstrapOf(session.media, await session.opened))
      expect(brief(records)).toEqual(brief(batches.flat()))
    } finally {
      await rig.stop()
      await disk.remove()
    }
  })
})
