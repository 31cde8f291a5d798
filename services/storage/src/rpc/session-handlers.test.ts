import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeRecords, STREAM, type VolumeRecord } from '@coffer/core'
import { afterEach, describe, expect, it } from 'vitest'
import { BlockReader } from '../device/block-reader.ts'
import { decodeEndOfSession, decodeSessionLabel } from '../volume/label.ts'
import { planFaults } from '../session/faults.ts'
import { RecordJoiner } from '../volume/record-joiner.ts'
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

/** Every record of a Volume, labels too, joined by session. */
async function recordsOnVolume(path: string): Promise<VolumeRecord[]> {
  const bytes = await readFile(path)
  const reader = new BlockReader(
    { readAt: async (into, at) => bytes.copy(into, 0, at, at + into.length) },
    { endBytes: bytes.length },
  )
  const joiners = new Map<number, RecordJoiner>()
  const records: VolumeRecord[] = []
  for (let found = await reader.next(); found !== undefined; found = await reader.next()) {
    if (found.kind !== 'block') throw new Error(JSON.stringify(found))
    const joiner = joiners.get(found.header.sessionId) ?? new RecordJoiner()
    joiners.set(found.header.sessionId, joiner)
    for (const one of joiner.accept(found.bytes, found.header.number)) {
      if (one.kind === 'problem') throw new Error(JSON.stringify(one))
      const { fileIndex, stream, data } = one
      records.push({ fileIndex, stream, data: Buffer.from(data) })
    }
  }
  return records
}

describe('a backup session', () => {
  it('writes what it is given between two labels, and commits it when it is durable', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.2026-11-21_02.09.17_07')
    const files = fileRecords(1, 3)
    const end = await backUp(rig, session, [files.slice(0, 4), files.slice(4)])
    const { volSessionId, volSessionTime } = await session.opened
    const bytes = files.reduce((sum, { data }) => sum + data.length, 0)
    expect(end).toMatchObject({
      end: { status: 'T', files: 3, bytes, errors: 0 },
      volSessionId,
      volSessionTime,
      volumes: ['V-0001'],
    })
    const path = join(rig.archive, 'V-0001')
    expect(end.lastVolumeBytes).toBe((await stat(path)).size)
    const [volumeLabel, startOfSession, ...rest] = await recordsOnVolume(path)
    expect(volumeLabel?.fileIndex).toBe(-2)
    expect(startOfSession).toMatchObject({ fileIndex: -4, stream: 7 })
    expect(decodeSessionLabel(startOfSession!.data)).toMatchObject({
      family: 'bareos',
      jobId: 7,
      job: 'etc.2026-11-21_02.09.17_07',
      jobName: 'etc',
      clientName: 'host-fd',
      jobLevel: 'F',
      jobType: 'B',
      fileSetMd5: 'abc',
    })
    const endOfSession = rest.pop()
    expect(rest).toEqual(files)
    expect(decodeEndOfSession(endOfSession!.data).totals).toMatchObject({
      files: 3,
      bytes,
      jobStatus: 'T',
    })
    expect(session.files).toEqual([1, 2, 3])
    expect(session.records).toHaveLength(6)
    expect(session.media).toMatchObject([{ volume: 'V-0001', firstIndex: 1, lastIndex: 3, bytes }])
    expect(session.shelf.volumes.get('V-0001')).toMatchObject({
      bytes: (await stat(path)).size,
      blocks: 2,
      jobs: 1,
      labelled: true,
    })
    expect(session.texts).toEqual([
      `info: Using Device "FileDev" (${rig.archive}) to write.`,
      `info: Labeled new Volume "V-0001" on device "FileDev" (${rig.archive}).`,
      expect.stringMatching(/^info: Ready to append to end of Volume "V-0001" size=\d+$/),
      `info: Releasing device "FileDev" (${rig.archive}).`,
      expect.stringMatching(/^info: Elapsed time=00:00:01, Transfer rate=\d+ Bytes\/second$/),
    ])
  })

  it('touches no Volume when nothing comes', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'empty.1')
    const end = await backUp(rig, session, [])
    expect(end).toMatchObject({ end: { status: 'T', files: 0 }, volumes: [] })
    expect((await readdir(rig.archive)).filter((name) => name.startsWith('V-'))).toEqual([])
  })

  it('goes on to the next Volume in the middle of a file', async () => {
    const rig = await makeRig({ device: 'Maximum Block Size = 64512' })
    const session = new DirectorSession(rig, 'span.1', new VolumeShelf({ maxBytes: 150_000 }))
    const files = fileRecords(1, 4, 200_000)
    const end = await backUp(rig, session, [files.slice(0, 5), files.slice(5)])
    expect(end.end?.status).toBe('T')
    expect(end.volumes.length).toBeGreaterThan(5)
    for (const name of end.volumes) {
      expect((await stat(join(rig.archive, name))).size).toBeLessThanOrEqual(150_000)
    }
    for (const name of end.volumes.slice(0, -1)) {
      expect(session.shelf.volumes.get(name)).toMatchObject({ status: 'Full' })
    }
    expect(session.files).toEqual([1, 2, 3, 4])
    const { records } = await restore(rig, bootstrapOf(session.media, end))
    expect(brief(records)).toEqual(brief(files))
    expect(session.texts).toContainEqual(
      expect.stringMatching(/^info: New volume "V-0002" mounted on device "FileDev"/),
    )
  })

  it('shares a Volume with other sessions, block by block', async () => {
    const rig = await makeRig({ device: 'Maximum Block Size = 8192' })
    const shelf = new VolumeShelf()
    const sessions = [1, 2, 3].map((n) => new DirectorSession(rig, `mix-${n}.1`, shelf))
    const given = sessions.map((_, n) => fileRecords(1, 20 + n, 5000))
    const ends = await Promise.all(
      sessions.map((session, n) => {
        const files = given[n]!
        const batches = files
          .map((_, at) => files.slice(at * 6, at * 6 + 6))
          .filter((b) => b.length > 0)
        return backUp(rig, session, batches)
      }),
    )
    expect(shelf.volumes.size).toBe(1)
    expect(shelf.volumes.get('V-0001')).toMatchObject({ jobs: 3 })
    expect(shelf.volumes.get('V-0001')?.bytes).toBe((await stat(join(rig.archive, 'V-0001'))).size)
    for (const [n, session] of sessions.entries()) {
      const { records, end } = await restore(rig, bootstrapOf(session.media, ends[n]!))
      expect(brief(records)).toEqual(brief(given[n]!))
      expect(end?.end?.status).toBe('T')
    }
  })

  it('refuses records out of order and keeps what came before', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.1')
    await session.opened
    const client = rig.client('etc.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    await call.send(encodeRecords(fileRecords(2, 2)))
    await expect(call.receive()).rejects.toMatchObject({ code: 'record-order' })
    const end = await session.ended
    expect(end.end?.status).toBe('f')
    // Nobody can say whether more of file 3 would have come.
    expect(session.files).toEqual([1, 2])
    expect(session.texts.at(-3)).toContain('fatal: a record of FileIndex 2')
    client.close()
  })

  it('ends with what is whole when the file daemon is gone', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.1')
    await session.opened
    const client = rig.client('etc.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    await session.progress
    client.close()
    const end = await session.ended
    expect(end.end?.status).not.toBe('T')
    expect(session.files).toEqual([1, 2])
    const { totals } = decodeEndOfSession(
      (await recordsOnVolume(join(rig.archive, 'V-0001'))).at(-1)!.data,
    )
    expect(totals.jobStatus).not.toBe('T')
  })

  it('leaves no promise behind when the Director is gone, and the next Job goes on behind it', async () => {
    const rig = await makeRig()
    const shelf = new VolumeShelf()
    const lost = new DirectorSession(rig, 'lost.1', shelf)
    await lost.opened
    const client = rig.client('lost.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    await lost.progress
    lost.vanish()
    await expect(call.receive()).rejects.toMatchObject({ code: expect.any(String) })
    client.close()
    expect(lost.files).toEqual([])
    while ((await rig.director.storageDaemon.status({})).running.length > 0) {
      await new Promise(setImmediate)
    }
    const next = new DirectorSession(rig, 'next.1', shelf)
    const end = await backUp(rig, next, [fileRecords(1, 2)])
    expect(end).toMatchObject({ end: { status: 'T' }, volumes: ['V-0001'] })
    expect(next.texts.join('\n')).toContain('a Job did not end; 1 whole blocks follow and stay')
    const { records } = await restore(rig, bootstrapOf(next.media, end))
    expect(records).toEqual(fileRecords(1, 2))
  })

  it('takes another Volume when the one that is offered is shorter than the Catalog says', async () => {
    const rig = await makeRig()
    const shelf = new VolumeShelf()
    await backUp(rig, new DirectorSession(rig, 'one.1', shelf), [fileRecords(1, 3)])
    await truncate(join(rig.archive, 'V-0001'), 300)
    const session = new DirectorSession(rig, 'two.1', shelf)
    const end = await backUp(rig, session, [fileRecords(1, 3)])
    expect(end.volumes).toEqual(['V-0002'])
    expect(shelf.volumes.get('V-0001')).toMatchObject({ status: 'Error', errors: 1 })
    expect(session.texts.join('\n')).toMatch(
      /warning: Volume "V-0001" .* cannot be written: its file has 300 bytes where the Catalog knows \d+\. Marking Volume "V-0001" in Error in Catalog\./,
    )
  })

  it('lets nobody in without the key of the Job', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.1')
    await session.opened
    const thief = rig.client('etc.1', 'another key')
    await expect(thief.storageData.append({}).receive()).rejects.toMatchObject({
      code: 'peer-refused',
    })
    thief.close()
    await session.end()
    expect((await session.ended).end?.status).not.toBe('T')
  })

  it('gives up waiting for a Volume when the file daemon has ended', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.1')
    session.doesSupply = false
    await session.opened
    const client = rig.client('etc.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    client.close()
    await session.end()
    expect((await session.ended).end?.status).not.toBe('T')
  }, 20_000)

  it('commits after a while what a slow Job has sent', async () => {
    const rig = await makeRig({ storage: 'Checkpoint Interval = 1' })
    const session = new DirectorSession(rig, 'slow.1')
    await session.opened
    const client = rig.client('slow.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    await session.firstCommit
    expect(session.files).toEqual([1, 2])
    expect(await call.receive()).toEqual({ durableFileIndex: 2, end: false })
    await call.send(encodeRecords(fileRecords(4, 4)))
    call.end()
    expect((await session.ended).end?.status).toBe('T')
    expect(session.files).toEqual([1, 2, 3, 4])
    client.close()
  })

  it('waits for its place on a Device that has as many Jobs as it may have', async () => {
    const rig = await makeRig({ concurrentJobs: 1 })
    const shelf = new VolumeShelf()
    const first = new DirectorSession(rig, 'first.1', shelf)
    await first.opened
    const client = rig.client('first.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    await first.progress
    const second = new DirectorSession(rig, 'second.1', shelf)
    const backup = backUp(rig, second, [fileRecords(1, 3)])
    while (second.messages.length === 0) await new Promise(setImmediate)
    const { devices, running } = await rig.director.storageDaemon.status({})
    expect(devices).toMatchObject([{ writers: 1, blocked: '1 Jobs wait for it' }])
    expect(running.map(({ status }) => status)).toEqual(['R', 'q'])
    call.end()
    expect((await backup).end?.status).toBe('T')
    expect(second.texts[0]).toContain('has as many Jobs as it may have')
    client.close()
  })

  it('does not wait for ever for its file daemon', async () => {
    const rig = await makeRig({ storage: 'Client Connect Wait = 1' })
    const session = new DirectorSession(rig, 'late.1')
    expect((await session.ended).end?.status).not.toBe('T')
    expect(session.texts).toEqual([
      'fatal: the file daemon of Client "host-fd" did not come within 1 seconds',
    ])
  })

  it.each([
    ['before-sync:1=full', []],
    // The block is there, and with it the files that it holds whole.
    ['block-written:1=full', [1, 2]],
  ])('commits only what is durable when %s', async (plan, files) => {
    const rig = await makeRig({ faults: planFaults(plan, () => undefined) })
    const session = new DirectorSession(rig, 'full.1')
    await session.opened
    const client = rig.client('full.1')
    const call = client.storageData.append({})
    await call.send(encodeRecords(fileRecords(1, 3)))
    call.end()
    await expect(call.receive()).rejects.toMatchObject({ code: 'device-full' })
    expect((await session.ended).end?.status).toBe('f')
    expect(session.files).toEqual(files)
    expect(session.texts.join('\n')).toContain('fatal: no space left on device')
    client.close()
  })

  it('says what a Director gets wrong', async () => {
    const rig = await makeRig()
    const call = rig.director.storageDaemon.backupSession({})
    await call.send({ command: 'end', end: {} })
    await expect(call.receive()).rejects.toMatchObject({ code: 'protocol-violation' })
    const unknown = rig.director.storageDaemon.backupSession({})
    await unknown.send({
      command: 'start',
      start: { job: { job: 'a.1' }, key: 'k', device: 'Nowhere', mediaType: 'File' },
    })
    await expect(unknown.receive()).rejects.toMatchObject({ code: 'device-unknown' })
    const other = rig.director.storageDaemon.backupSession({})
    await other.send({
      command: 'start',
      start: { job: { job: 'a.1' }, key: 'k', device: 'FileDev', mediaType: 'LTO' },
    })
    await expect(other.receive()).rejects.toMatchObject({ code: 'device-media-type' })
  })
})

describe('a restore session', () => {
  it('gives only the files that are asked for', async () => {
    const rig = await makeRig({ device: 'Maximum Block Size = 8192' })
    const session = new DirectorSession(rig, 'etc.1')
    const files = fileRecords(1, 30, 3000)
    const end = await backUp(rig, session, [files])
    const result = await restore(rig, bootstrapOf(session.media, end, '7-9,20'))
    expect(brief(result.records)).toEqual(
      brief([...fileRecords(7, 9, 3000), ...fileRecords(20, 20, 3000)]),
    )
    expect(result.end?.end).toMatchObject({ status: 'T', files: 4, errors: 0 })
    expect(result.texts).toEqual([
      `info: Ready to read from volume "V-0001" on device "FileDev" (${rig.archive}).`,
      expect.stringMatching(/^info: Forward spacing Volume "V-0001" to file:block 0:\d+\.$/),
      `info: End of Volume at file 0 on device "FileDev" (${rig.archive}), Volume "V-0001"`,
      `info: Releasing device "FileDev" (${rig.archive}).`,
    ])
  })

  it('gives the files whose paths match a FileRegex', async () => {
    const rig = await makeRig()
    const session = new DirectorSession(rig, 'etc.1')
    await backUp(rig, session, [fileRecords(1, 12)])
    const { records } = await restore(rig, 'Volume=V-0001\nFileRegex="file-1$|file-.2$"')
    expect(records).toEqual([...fileRecords(1, 1), ...fileRecords(12, 12)])
  })

  it('loses only the files of a damaged block, and names them', async () => {
    const rig = await makeRig({ device: 'Maximum Block Size = 8192' })
    const session = new DirectorSession(rig, 'etc.1')
    const files = fileRecords(1, 30, 3000)
    const end = await backUp(rig, session, [files])
    const path = join(rig.archive, 'V-0001')
    const handle = await open(path, 'r+')
    await handle.write(randomBytes(100), 0, 100, 40_000)
    await handle.close()
    const result = await restore(rig, bootstrapOf(session.media, end))
    const named = result.texts.find((text) => text.includes('lost or incomplete'))
    const [, from = '', to = from] = /files? (\d+)(?: to (\d+))? of session/.exec(named ?? '') ?? []
    expect(named).toMatch(/^error: .*Volume "V-0001" before address \d+/)
    expect(Number(to) - Number(from)).toBeLessThan(5)
    for (let n = 1; n <= 30; n++) {
      if (n >= Number(from) && n <= Number(to)) continue
      expect(brief(result.records.filter(({ fileIndex }) => fileIndex === n))).toEqual(
        brief(fileRecords(n, n, 3000)),
      )
    }
    expect(result.end?.end?.status).toBe('E')
    expect(result.texts.some((text) => text.includes('is damaged from address'))).toBe(true)
  })

  it('goes on with the next Volume when one is missing', async () => {
    const rig = await makeRig({ device: 'Maximum Block Size = 8192' })
    const session = new DirectorSession(rig, 'span.1', new VolumeShelf({ maxBytes: 40_000 }))
    const end = await backUp(rig, session, [fileRecords(1, 40, 3000)])
    const [first, second] = end.volumes
    await truncate(join(rig.archive, second!), 0)
    const result = await restore(rig, bootstrapOf(session.media, end))
    expect(result.texts.join('\n')).toContain(
      `"${join(rig.archive, second!)}" does not begin with the label`,
    )
    expect(result.end?.end?.status).toBe('E')
    const whole = session.media.find(({ volume }) => volume === first)!.lastIndex - 1
    expect(brief(result.records.filter(({ fileIndex }) => fileIndex <= whole))).toEqual(
      brief(fileRecords(1, whole, 3000)),
    )
    const got = new Set(
      result.records
        .filter(({ stream }) => stream === STREAM.md5)
        .map(({ fileIndex }) => fileIndex),
    )
    expect(got.has(40)).toBe(true)
    expect(result.texts.some((text) => text.includes('do not hold what was asked for'))).toBe(true)
  })

  it('refuses a Bootstrap that it cannot understand', async () => {
    const rig = await makeRig()
    const call = rig.director.storageDaemon.restoreSession({})
    await call.send({
      command: 'start',
      start: { job: { job: 'r.1' }, key: 'k', device: 'FileDev', bootstrap: 'Nonsense' },
    })
    await expect(call.receive()).rejects.toMatchObject({ code: 'bootstrap-invalid' })
  })
})

describe('devices', () => {
  it('label, mount and show what they do', async () => {
    const rig = await makeRig()
    const { storageDaemon } = rig.director
    const label = await storageDaemon.label({ device: 'FileDev', volume: 'L1', pool: 'Full' })
    expect(label).toMatchObject({ ok: true, device: 'FileDev', archiveDevice: rig.archive })
    expect(label.volBytes).toBe((await stat(join(rig.archive, 'L1'))).size)
    expect(await storageDaemon.label({ device: 'FileDev', volume: '../L1' })).toMatchObject({
      ok: false,
      code: 'volume-name-illegal',
    })
    expect((await storageDaemon.mount({ device: 'FileDev' })).text).toBe(
      `3906 File device "FileDev" (${rig.archive}) is always mounted.`,
    )
    expect(await storageDaemon.release({ device: 'Nowhere' })).toMatchObject({ ok: false })
    await backUp(rig, new DirectorSession(rig, 'etc.1'), [fileRecords(1, 3)])
    const status = await storageDaemon.status({})
    expect(status).toMatchObject({
      daemon: { name: 'test-sd', jobsRun: 1, jobsRunning: 0 },
      running: [],
      terminated: [{ jobId: 7, job: 'etc.1', level: 'F', status: 'T', files: 3 }],
      devices: [{ name: 'FileDev', state: 'idle', open: false, writers: 0, readers: 0 }],
    })
  })
})
