import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_HEADER_BYTES, sealBlock } from '../volume/block.ts'
import { decodeLabelBlock } from '../volume/label-block.ts'
import type { AppendResult, AppendVolume, VolumeOffer } from './device.ts'
import { FileDevice, type FileDeviceOptions } from './file-device.ts'
import { OpenVolumes } from './open-volumes.ts'

const session = { sessionId: 1, sessionTime: 2 }

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-device-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

function makeDevice(options: Partial<FileDeviceOptions> = {}): FileDevice {
  const all: FileDeviceOptions = {
    name: 'FileDev',
    mediaType: 'File',
    archiveDevice: directory,
    blockBytes: 1024,
    hasChecksums: true,
    maxWriters: 0,
    accessMode: 'readwrite',
    isAutoSelected: true,
    mayLabel: true,
    family: 'bareos',
    ...options,
  }
  const origin = { hostName: 'host', program: 'sd', version: '1 (1 May 2026)', buildDate: 'x' }
  return new FileDevice(all, { clock: systemClock, openVolumes: new OpenVolumes(), origin })
}

function offer(given: Partial<VolumeOffer> = {}): VolumeOffer {
  return {
    name: 'V1',
    status: 'Append',
    bytes: 0,
    pool: 'Full',
    poolType: 'Backup',
    maxBytes: 0,
    blocks: 0,
    jobs: 0,
    mounts: 0,
    errors: 0,
    writes: 0,
    firstWrittenMs: 0,
    slot: 0,
    ...given,
  }
}

function opened(result: AppendResult): AppendVolume {
  if (result.kind !== 'open') throw new Error(result.text)
  return result.volume
}

function block(text: string): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(BLOCK_HEADER_BYTES), Buffer.from(text)])
  sealBlock(bytes, { ...session, number: 0 })
  return bytes
}

/** A Volume of a label and one block; returns its size. */
async function writeVolume(device: FileDevice, name = 'V1'): Promise<number> {
  const volume = opened(await device.openForAppend({ volume: offer({ name }), session }))
  await volume.append(block('hello')).written
  const { endBytes } = volume
  await volume.release()
  return endBytes
}

describe('FileDevice', () => {
  it('labels a new Volume and appends behind the label', async () => {
    const device = makeDevice()
    const result = await device.openForAppend({ volume: offer(), session })
    expect(result).toMatchObject({
      kind: 'open',
      notes: [
        `Labeled new Volume "V1" on device "FileDev" (${directory}).`,
        expect.stringMatching(/^Ready to append to end of Volume "V1" size=\d+$/),
      ],
    })
    const volume = opened(result)
    expect(volume.isFresh).toBe(true)
    const { address, written } = volume.append(block('hello'))
    await written
    await volume.sync()
    expect(volume.durableBytes).toBe(volume.endBytes)
    expect(volume.facts).toMatchObject({ status: 'Append', jobs: 1, blocks: 2, writes: 2 })
    await volume.release()
    const bytes = await readFile(join(directory, 'V1'))
    expect(decodeLabelBlock(bytes)).toMatchObject({
      sizeBytes: address,
      label: { family: 'bareos', version: 20, volumeName: 'V1', poolName: 'Full' },
    })
    expect(bytes.subarray(address)).toEqual(block('hello'))
    expect((await stat(join(directory, 'V1'))).mode & 0o777).toBe(0o640)
  })

  it('labels for Bacula when configured so, and keeps the family of a Volume that has one', async () => {
    const volume = opened(
      await makeDevice({ family: 'bacula' }).openForAppend({ volume: offer(), session }),
    )
    expect(volume.family).toBe('bacula')
    await volume.release()
    const bytes = await readFile(join(directory, 'V1'))
    expect(decodeLabelBlock(bytes)?.label).toMatchObject({ family: 'bacula', version: 11 })
    const again = makeDevice().openForAppend({ volume: offer({ bytes: bytes.length }), session })
    expect(opened(await again).family).toBe('bacula')
    await opened(await again).release()
  })

  it('shares one Volume among its writers', async () => {
    const device = makeDevice()
    const first = opened(await device.openForAppend({ volume: offer(), session }))
    const second = opened(await device.openForAppend({ volume: offer(), session }))
    const a = first.append(block('a'))
    const b = second.append(block('b'))
    await Promise.all([a.written, b.written])
    expect(b.address).toBe(a.address + block('a').length)
    expect(second.isFresh).toBe(false)
    expect(device.status().writing).toMatchObject([{ volume: 'V1', writers: 2 }])
    await first.release()
    await first.release()
    await second.append(block('c')).written
    await second.release()
    expect(device.status().writing).toEqual([])
  })

  it('is full when the next block would exceed the limit, but takes one block in any case', async () => {
    const device = makeDevice()
    const volume = opened(await device.openForAppend({ volume: offer({ maxBytes: 300 }), session }))
    expect(volume.hasRoom(5000)).toBe(true)
    await volume.append(block('x'.repeat(100))).written
    expect(volume.hasRoom(300 - volume.endBytes)).toBe(true)
    expect(volume.hasRoom(300 - volume.endBytes + 1)).toBe(false)
    volume.retire('Full')
    expect(volume.hasRoom(1)).toBe(false)
    expect(await device.openForAppend({ volume: offer(), session })).toMatchObject({
      kind: 'refused',
      isFaulty: false,
    })
    await volume.release()
  })

  it('appends where the Catalog says when the file is that long', async () => {
    const device = makeDevice()
    const bytes = await writeVolume(device)
    const result = await device.openForAppend({ volume: offer({ bytes }), session })
    expect(result).toMatchObject({
      notes: [
        'Moving to end of data on volume "V1"',
        `Ready to append to end of Volume "V1" size=${bytes}`,
      ],
    })
    expect(opened(result).endBytes).toBe(bytes)
    await opened(result).release()
  })

  it('keeps whole blocks that the Catalog does not know and cuts a torn one', async () => {
    const device = makeDevice()
    const bytes = await writeVolume(device)
    const path = join(directory, 'V1')
    await appendFile(path, Buffer.concat([block('more'), block('torn').subarray(0, -3)]))
    const result = await device.openForAppend({ volume: offer({ bytes, blocks: 2 }), session })
    const endBytes = bytes + block('more').length
    expect(opened(result).endBytes).toBe(endBytes)
    expect(opened(result).facts.blocks).toBe(3)
    expect(result).toMatchObject({
      notes: [
        expect.stringContaining(
          '1 whole blocks follow and stay, 25 bytes of a torn block are cut off',
        ),
        expect.anything(),
        `Ready to append to end of Volume "V1" size=${endBytes}`,
      ],
    })
    expect((await stat(path)).size).toBe(endBytes)
    await opened(result).release()
  })

  it('refuses a Volume that is shorter than the Catalog says', async () => {
    const device = makeDevice()
    const bytes = await writeVolume(device)
    await truncate(join(directory, 'V1'), bytes - 1)
    expect(await device.openForAppend({ volume: offer({ bytes }), session })).toMatchObject({
      kind: 'refused',
      code: 'volume-truncated',
      isFaulty: true,
    })
  })

  it('recycles a Volume, unless it is being read', async () => {
    const device = makeDevice()
    const bytes = await writeVolume(device)
    const request = { volume: offer({ bytes, status: 'Recycle' }), session }
    const reading = await device.openForReading('V1')
    expect(await device.openForAppend(request)).toMatchObject({ kind: 'refused', isFaulty: false })
    expect(device.status().reading).toEqual([{ volume: 'V1', readers: 1 }])
    await reading.close()
    const result = await device.openForAppend(request)
    expect(result).toMatchObject({
      notes: [expect.stringContaining('Recycled volume "V1"'), expect.anything()],
    })
    expect(opened(result)).toMatchObject({ isFresh: true })
    await opened(result).release()
    expect((await stat(join(directory, 'V1'))).size).toBeLessThan(bytes)
  })

  it('reads a Volume while it is written, up to its last whole block', async () => {
    const device = makeDevice()
    const volume = opened(await device.openForAppend({ volume: offer(), session }))
    await volume.append(block('hello')).written
    const reading = await device.openForReading('V1')
    expect(reading.endBytes).toBe(volume.endBytes)
    expect(reading.label.volumeName).toBe('V1')
    await reading.close()
    await volume.release()
  })

  it('says what is wrong with a Volume that it should read', async () => {
    const device = makeDevice()
    await expect(device.openForReading('V9')).rejects.toMatchObject({ code: 'volume-missing' })
    await writeFile(join(directory, 'V8'), 'no volume')
    await expect(device.openForReading('V8')).rejects.toMatchObject({
      code: 'volume-label-invalid',
    })
    await writeVolume(device)
    await symlink(join(directory, 'V1'), join(directory, 'V7'))
    await expect(device.openForReading('V7')).rejects.toMatchObject({ code: 'volume-mismatch' })
    expect(device.status().reading).toEqual([])
  })

  it.each(['../V1', 'a/b', '', '..', 'V\n1'])('never leaves its directory for %j', async (name) => {
    const device = makeDevice()
    const illegal = { code: 'volume-name-illegal' }
    await expect(device.openForReading(name)).rejects.toMatchObject(illegal)
    const request = { volume: offer({ name }), session }
    await expect(device.openForAppend(request)).rejects.toMatchObject(illegal)
    const label = {
      volumeName: name,
      oldVolumeName: '',
      slot: 0,
      pool: 'P',
      poolType: 'Backup',
      session,
    }
    await expect(device.label(label)).rejects.toMatchObject(illegal)
  })

  it('names the directory that is not there', async () => {
    const device = makeDevice({ archiveDevice: join(directory, 'gone') })
    const opening = device.openForAppend({ volume: offer(), session })
    await expect(opening).rejects.toMatchObject({ code: 'device-missing' })
  })
})

describe('label', () => {
  const request = {
    volumeName: 'V1',
    oldVolumeName: '',
    slot: 0,
    pool: 'Full',
    poolType: 'Backup',
    session,
  }

  it('labels a new Volume and says how long it is', async () => {
    const bytes = await makeDevice({ mayLabel: false }).label(request)
    expect((await stat(join(directory, 'V1'))).size).toBe(bytes)
  })

  it('does not overwrite anything', async () => {
    const device = makeDevice()
    await writeVolume(device)
    await expect(device.label(request)).rejects.toMatchObject({ code: 'volume-unknown-data' })
    const volume = opened(await device.openForAppend({ volume: offer({ name: 'V2' }), session }))
    const relabel = { ...request, volumeName: 'V3', oldVolumeName: 'V2' }
    await expect(device.label(relabel)).rejects.toMatchObject({ code: 'volume-in-use' })
    await volume.release()
  })

  it('gives a Volume a new name', async () => {
    const device = makeDevice()
    await writeVolume(device)
    const bytes = await device.label({ ...request, volumeName: 'V2', oldVolumeName: 'V1' })
    expect(await readdir(directory)).toEqual(['V2'])
    expect((await device.openForReading('V2')).endBytes).toBe(bytes)
    const missing = device.label({ ...request, volumeName: 'V4', oldVolumeName: 'V3' })
    await expect(missing).rejects.toMatchObject({ code: 'volume-missing' })
  })
})
