// A file system that really fills up under a storage daemon.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeRecords } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

function canMount(): boolean {
  if (process.geteuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const why = canMount() ? undefined : 'mounting a small file system needs root'

describe.skipIf(why)('a full disk at storage', { meta: { skipReason: why } }, () => {
  let archive: string
  beforeAll(async () => {
    archive = await mkdtemp(join(tmpdir(), 'coffer-small-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', archive])
  })
  afterAll(async () => {
    execFileSync('umount', [archive])
    await rm(archive, { recursive: true })
  })

  it('ends the Job with the reason, keeps what was whole, and goes on when there is room', async () => {
    const rig = await StorageRig.start({ archive, device: 'Maximum Block Size = 64512' })
    const shelf = new VolumeShelf()
    const session = new DirectorSession(rig, 'big.1', shelf)
    await session.opened
    const client = rig.client('big.1')
    const call = client.storageData.append({})
    const send = async (): Promise<void> => {
      for (let n = 1; n <= 100; n++) await call.send(encodeRecords(fileRecords(n, n, 50_000)))
    }
    const sending = send().catch((error: unknown) => error)
    await expect(call.receive()).rejects.toMatchObject({ code: 'device-full' })
    await sending
    client.close()
    const end = await session.ended
    expect(end.end?.status).toBe('f')
    expect(session.texts.join('\n')).toMatch(/fatal: cannot write ".*V-0001": ENOSPC/)

    const volume = shelf.volumes.get('V-0001')
    expect(volume).toMatchObject({ status: 'Append' })
    expect(volume?.bytes).toBe((await stat(join(archive, 'V-0001'))).size)
    const last = Math.max(...session.files)
    expect(last).toBeGreaterThan(30)
    const kept = await restore(rig, bootstrapOf(session.media, end, `1-${last}`))
    expect(brief(kept.records)).toEqual(brief(fileRecords(1, last, 50_000)))

    execFileSync('mount', ['-o', 'remount,size=8m', archive])
    const next = new DirectorSession(rig, 'next.1', shelf)
    const nextEnd = await backUp(rig, next, [fileRecords(1, 20, 50_000)])
    expect(nextEnd).toMatchObject({ end: { status: 'T' }, volumes: ['V-0001'] })
    const again = await restore(rig, bootstrapOf(next.media, nextEnd))
    expect(brief(again.records)).toEqual(brief(fileRecords(1, 20, 50_000)))
    expect((await readFile(join(archive, 'V-0001'))).length).toBe(nextEnd.lastVolumeBytes)
    await rig.stop()
  }, 30_000)
})
