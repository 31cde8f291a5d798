import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@coffer/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppendResult, AppendVolume, VolumeOffer } from '../device/device.ts'
import { FileDevice } from '../device/file-device.ts'
import { OpenVolumes } from '../device/open-volumes.ts'
import { Changer } from './changer.ts'
import { ChangerDevice } from './changer-device.ts'
import { runChanger } from './virtual-changer.ts'

const session = { sessionId: 1, sessionTime: 2 }
let directory = ''
let calls: string[] = []

/** The program, called in this process. */
async function program(argv: readonly string[]) {
  let out = ''
  let err = ''
  const exitCode = await runChanger(argv, {
    stdout: { write: (text: string) => (out += text) !== '' },
    stderr: { write: (text: string) => (err += text) !== '' },
    env: {},
  })
  return { exitCode, out, err }
}

function makeChanger(driveCount: number) {
  const openVolumes = new OpenVolumes()
  const origin = { hostName: 'h', program: 'sd', version: '1', buildDate: 'x' }
  const drives = Array.from({ length: driveCount }, (_, index) => ({
    index,
    device: new FileDevice(
      {
        name: `Drive-${index}`,
        mediaType: 'File',
        archiveDevice: join(directory, `archive${index}`),
        blockBytes: 1024,
        maxWriters: 0,
        accessMode: 'readwrite',
        isAutoSelected: true,
        mayLabel: true,
        family: 'bareos',
        hasChecksums: true,
      },
      { clock: systemClock, openVolumes, origin },
    ),
  }))
  const changer = new Changer({
    name: 'Robot',
    command: 'changer %c %o %S %a %d',
    changerDevice: directory,
    drives,
    waitMs: 1000,
    run: async ({ argv }) => {
      const [, , operation = '', slot = ''] = argv
      if (!operation.startsWith('l') || operation === 'load') calls.push(`${operation} ${slot}`)
      const { exitCode, out, err } = await program(argv.slice(1))
      const end = { signal: undefined, truncated: false, timedOut: false, aborted: false }
      return { ...end, exitCode, stdoutTail: Buffer.from(out), stderrTail: Buffer.from(err) }
    },
  })
  return { changer, devices: drives.map(({ device }) => new ChangerDevice(device, changer)) }
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-changer-'))
  await program([directory, 'create', '4', 'VT'])
  calls = []
})
afterEach(async () => {
  await rm(directory, { recursive: true })
})

function offer(name: string, given: Partial<VolumeOffer> = {}): VolumeOffer {
  const counts = { maxBytes: 0, blocks: 0, jobs: 0, mounts: 0, errors: 0, writes: 0 }
  const kind = { pool: 'Full', poolType: 'Backup', status: 'Append' }
  return { name, bytes: 0, slot: 0, firstWrittenMs: 0, ...counts, ...kind, ...given }
}

function opened(result: AppendResult): AppendVolume {
  if (result.kind !== 'open') throw new Error(result.text)
  return result.volume
}

describe('the virtual changer', () => {
  test('lists what is where', async () => {
    await program([directory, 'load', '2', join(directory, 'archive0'), '0'])
    expect((await program([directory, 'listall', '0'])).out).toBe(
      'D:0:F:2:VT0002\nS:1:F:VT0001\nS:2:E\nS:3:F:VT0003\nS:4:F:VT0004\n',
    )
    expect((await program([directory, 'list', '0'])).out).toContain('2:VT0002\n')
    expect((await program([directory, 'slots', '0'])).out).toBe('4\n')
    expect((await program([directory, 'loaded', '0', 'x', '0'])).out).toBe('2\n')
    expect((await program([directory, 'loaded', '0', 'x', '1'])).out).toBe('0\n')
    expect(await readlink(join(directory, 'archive0'))).toBe(join(directory, 'slot2'))
  })

  test.each([
    ['a slot that is not there', ['load', '9', 'a', '1'], 'there is no slot 9'],
    ['a medium that is in another drive', ['load', '1', 'a', '1'], 'slot 1 is in another drive'],
    ['a drive that is full', ['load', '2', 'a', '0'], 'drive 0 holds the medium of slot 1'],
    ['unloading into another slot', ['unload', '2', 'a', '0'], 'holds the medium of slot 1'],
    ['moving what is in a drive', ['transfer', '1', '3'], 'in a drive cannot be moved'],
    ['moving onto a medium', ['transfer', '2', '3'], 'slot 3 is full'],
  ])('refuses %s', async (_name, words, text) => {
    await program([directory, 'load', '1', join(directory, 'archive0'), '0'])
    const { exitCode, err } = await program([directory, ...words])
    expect([exitCode, err]).toEqual([1, expect.stringContaining(text)])
  })

  test('does not know everything', async () => {
    expect(await program([directory, 'dance'])).toMatchObject({ exitCode: 41 })
  })
})

describe('an autochanger', () => {
  test('loads what is asked for, and keeps it until something else is', async () => {
    const { changer, devices } = makeChanger(1)
    const [drive] = devices
    if (drive === undefined) throw new Error('no drive')
    const first = opened(await drive.openForAppend({ volume: offer('VT0003'), session }))
    expect(drive.driveText).toBe('Slot 3 is loaded in drive 0.')
    await first.release()
    const again = opened(
      await drive.openForAppend({ volume: offer('VT0003', { bytes: first.endBytes }), session }),
    )
    await again.release()
    await (await drive.openForReading('VT0003')).close()
    expect(calls).toEqual(['load 3'])
    await opened(await drive.openForAppend({ volume: offer('VT0001'), session })).release()
    expect(calls).toEqual(['load 3', 'unload 3', 'load 1'])
    expect(await changer.unload(0, true)).toBe(
      `3002 Device "Drive-0" (${drive.archiveDevice}) unmounted.`,
    )
    expect(drive.driveText).toBe('Drive 0 is BLOCKED. User unmounted.')
  })

  test('a reader shares the drive of a writer of the same Volume', async () => {
    const { devices } = makeChanger(1)
    const [drive] = devices
    if (drive === undefined) throw new Error('no drive')
    const volume = opened(await drive.openForAppend({ volume: offer('VT0001'), session }))
    const reading = await drive.openForReading('VT0001')
    expect(reading.name).toBe('VT0001')
    await reading.close()
    await volume.release()
  })

  test('with one drive another Volume waits, with two it does not', async () => {
    const { devices } = makeChanger(2)
    const [one, two] = devices
    if (one === undefined || two === undefined) throw new Error('no drives')
    await opened(await one.openForAppend({ volume: offer('VT0002'), session })).release()
    const writing = opened(await one.openForAppend({ volume: offer('VT0001'), session }))
    const reading = await one.openForReading('VT0002')
    const third = two.openForAppend({ volume: offer('VT0003'), session })
    let isOpen = false
    void third.then(() => (isOpen = true))
    await two.changer.list()
    expect(isOpen).toBe(false)
    await writing.release()
    await opened(await third).release()
    await reading.close()
  })

  test('what the changer does not hold is refused, or taken from the slot of the Catalog', async () => {
    const { devices } = makeChanger(1)
    const [drive] = devices
    if (drive === undefined) throw new Error('no drive')
    expect(await drive.openForAppend({ volume: offer('Lost', { slot: 2 }), session })).toEqual({
      kind: 'refused',
      text: 'it is not in the changer',
      code: 'volume-missing',
      isFaulty: false,
    })
    await expect(drive.openForReading('Lost')).rejects.toMatchObject({ code: 'volume-missing' })
    await rm(join(directory, 'slot2', '.barcode'))
    await writeFile(join(directory, 'slot2', '.medium'), '')
    const label = { oldVolumeName: '', pool: 'Full', poolType: 'Backup', session }
    await drive.label({ ...label, volumeName: 'NoCode', slot: 2 })
    await (await drive.openForReading('NoCode')).close()
    expect(drive.driveText).toBe('Slot 2 is loaded in drive 0.')
  })

  test('labels by barcode, moves media, and says what fails', async () => {
    const { changer, devices } = makeChanger(1)
    const [drive] = devices
    if (drive === undefined) throw new Error('no drive')
    const label = { oldVolumeName: '', slot: 4, pool: 'Full', poolType: 'Backup', session }
    expect(await drive.label({ ...label, volumeName: 'VT0004' })).toBeGreaterThan(100)
    expect(await readdir(join(directory, 'slot4'))).toEqual(['.barcode', 'VT0004'])
    await expect(changer.move(1, 2)).rejects.toMatchObject({
      code: 'changer-failed',
      message: 'autochanger "Robot": transfer of slot 1 failed: slot 2 is full',
    })
    await rm(join(directory, 'slot2', '.barcode'))
    expect(await changer.move(4, 2)).toContain('from slot 4 to 2')
    await (await drive.openForReading('VT0004')).close()
    expect(drive.driveText).toBe('Slot 2 is loaded in drive 0.')
    await expect(changer.mount(3, 0)).rejects.toMatchObject({ code: 'device-unknown' })
  })
})
