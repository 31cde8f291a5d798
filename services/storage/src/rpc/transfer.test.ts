// Records that go from Volumes to Volumes: in one daemon, between two, and what happens when one end fails.
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  decodeAttributes,
  encodeAttributes,
  FILE_TYPE,
  STREAM,
  type VolumeRecord,
} from '@coffer/core'
import type { RestoreSessionStartInit, SessionEnd, SessionOpened } from '@coffer/wire'
import { afterEach, describe, expect, it } from 'vitest'
import {
  backUp,
  bootstrapOf,
  brief,
  DirectorSession,
  fileRecords,
  restore,
  StorageRig,
  VolumeShelf,
} from './fake-peers.contract.ts'

const rigs: StorageRig[] = []
async function makeRig(): Promise<StorageRig> {
  const rig = await StorageRig.start()
  rigs.push(rig)
  return rig
}
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop()
})

const READER = 'copy.2026-11-21_02.09.17_08'

interface Reading {
  readonly opened: SessionOpened
  readonly ended: Promise<SessionEnd>
}

/** A Director's end of the reading half. */
async function openReading(
  rig: StorageRig,
  bootstrap: string,
  more: RestoreSessionStartInit = {},
): Promise<Reading> {
  const call = rig.director.storageDaemon.restoreSession({})
  const job = { jobId: 8, job: READER, client: 'host-fd' }
  const start = { job, bootstrap, device: 'FileDev', key: `key of ${READER}`, ...more }
  await call.send({ command: 'start', start })
  const first = await call.receive()
  if (first?.event !== 'opened') throw new Error('not opened')
  const run = async (): Promise<SessionEnd> => {
    for (;;) {
      const event = await call.receive()
      if (event === undefined) throw new Error('closed without an end')
      if (event.event === 'end') return event.end
    }
  }
  const ended = run()
  // A test that ends the session by taking its daemon away does not ask how it ended.
  ended.catch(() => undefined)
  return { opened: first.opened, ended }
}

function sourceOf(rig: StorageRig, { opened }: Reading, here: boolean) {
  const { host: address, port } = rig.address
  const { certificateSha256 } = opened
  const key = `key of ${READER}`
  return {
    here,
    ticket: { address, port, storage: 'test-sd', job: READER, key, certificateSha256 },
  }
}

/** The bootstrap of all that a session wrote. */
async function everything(session: DirectorSession, fileIndex?: string): Promise<string> {
  return bootstrapOf(session.media, await session.opened, fileIndex)
}

function linkRecords(fileIndex: number, linkFileIndex: number): VolumeRecord[] {
  const [first] = fileRecords(fileIndex, fileIndex)
  const { stat } = decodeAttributes(first!.data)
  const path = Buffer.from(`/srv/name-${fileIndex}`)
  const attributes = encodeAttributes({
    fileIndex,
    type: linkFileIndex === 0 ? FILE_TYPE.regular : FILE_TYPE.linkSaved,
    path,
    stat: { ...stat, nlink: 2, linkFileIndex },
    link: Buffer.from(linkFileIndex === 0 ? '' : `/srv/name-${linkFileIndex}`),
  })
  return [{ fileIndex, stream: STREAM.unixAttributes, data: Buffer.from(attributes) }]
}

describe('records that go from Volumes to Volumes', () => {
  it.each([
    ['within one daemon', true],
    ['from another daemon', false],
  ])('keep their FileIndexes, bytes and digests: %s', async (_, here) => {
    const from = await makeRig()
    const to = here ? from : await makeRig()
    const shelf = new VolumeShelf()
    const original = new DirectorSession(from, 'etc.2026-11-21_02.09.17_07', shelf)
    const files = fileRecords(1, 20, 3000)
    await backUp(from, original, [files])
    const reading = await openReading(from, await everything(original))
    const target = here ? shelf : new VolumeShelf({ pool: 'Copies' })
    const sources = [sourceOf(from, reading, here)]
    const copy = new DirectorSession(to, 'etc.2026-11-21_02.09.17_09', target, { sources })
    const written = await copy.ended
    const read = await reading.ended
    expect([read.end?.status, written.end?.status], copy.texts.join('\n')).toEqual(['T', 'T'])
    expect(written.end).toMatchObject({ files: 20, bytes: read.end?.bytes })
    expect(copy.files).toEqual(original.files)
    expect(brief(copy.records)).toEqual(brief(original.records))
    const { records } = await restore(to, await everything(copy))
    expect(brief(records)).toEqual(brief(files))
  })

  it('are counted anew when several sessions become one, hard links following', async () => {
    const rig = await makeRig()
    const shelf = new VolumeShelf()
    const full = new DirectorSession(rig, 'etc.2026-11-21_02.09.17_07', shelf)
    const links = [...linkRecords(6, 0), ...linkRecords(7, 6), ...linkRecords(8, 3)]
    await backUp(rig, full, [[...fileRecords(1, 5), ...links]])
    const later = new DirectorSession(rig, 'etc.2026-11-21_02.09.17_10', shelf)
    await backUp(rig, later, [fileRecords(8, 9)])
    const bootstrap = (await everything(full, '2,4-8')) + (await everything(later, '8-9'))
    const reading = await openReading(rig, bootstrap, { firstIndex: 1 })
    const sources = [sourceOf(rig, reading, true)]
    const merged = new DirectorSession(rig, 'etc.2026-11-21_02.09.17_11', shelf, { sources })
    expect((await merged.ended).end).toMatchObject({ status: 'T', files: 8 })
    const facts = merged.records
      .filter(({ stream }) => stream === STREAM.unixAttributes)
      .map(({ data }) => decodeAttributes(data))
      .map(({ fileIndex, path, stat }) => [fileIndex, path, stat.linkFileIndex])
    expect(facts).toEqual([
      [1, '/srv/file-2', 0],
      [2, '/srv/file-4', 0],
      [3, '/srv/file-5', 0],
      [4, '/srv/name-6', 0],
      [5, '/srv/name-7', 4],
      // Its first link was not chosen: only the name is left.
      [6, '/srv/name-8', 0],
      [7, '/srv/file-8', 0],
      [8, '/srv/file-9', 0],
    ])
  })

  it('stop when they cannot be read: what wrote them says who failed', async () => {
    const from = await makeRig()
    const to = await makeRig()
    const original = new DirectorSession(from, 'etc.2026-11-21_02.09.17_07')
    await backUp(from, original, [fileRecords(1, 3)])
    const reading = await openReading(from, await everything(original))
    const [source] = [sourceOf(from, reading, false)]
    const stolen = { ...source, ticket: { ...source.ticket, key: 'another' } }
    const copy = new DirectorSession(to, 'etc.2026-11-21_02.09.17_09', new VolumeShelf(), {
      sources: [stolen],
    })
    expect((await copy.ended).end?.status).toMatch(/[Ef]/)
    expect(copy.texts.join('\n')).toMatch(/fatal: .*storage daemon "test-sd"/)
    expect(copy.files).toEqual([])
  })

  it('names Volumes that cannot be read before anybody needs them', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.2026-11-21_02.09.17_07')
    await backUp(rig, session, [fileRecords(1, 3)])
    const ask = async () =>
      rig.director.storageDaemon.findVolumes({ device: 'FileDev', volumes: ['V-0001', 'Lost'] })
    expect((await ask()).missing.map(({ volume }) => volume)).toEqual(['Lost'])
    await unlink(join(rig.archive, 'V-0001'))
    expect((await ask()).missing.map(({ volume }) => volume)).toEqual(['V-0001', 'Lost'])
  })
})
