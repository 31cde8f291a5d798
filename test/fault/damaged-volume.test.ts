// A Volume with a flipped byte, one that is cut short, one that is gone: what it held is named, all else comes back.
import { copyFile, open, readdir, rename, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { compareTrees, Trial } from '@coffer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

describe('a Volume', { timeout: 120_000 }, () => {
  let trial: Trial
  let volume: string
  let sizeBytes: number

  beforeEach(async () => {
    trial = await Trial.start('damaged', (draft) =>
      // Small ones, so that a damaged one holds few of the files.
      draft.edit('storage.d/device/FileStorage.conf', (text) =>
        text.replace('Device {', 'Device {\n  Maximum Block Size = 65536'),
      ),
    )
    expect(await trial.backUp()).toMatchObject({ jobId: 1, status: 'T' })
    const directory = join(trial.host.path, 'volumes')
    volume = join(directory, (await readdir(directory))[0] ?? '')
    sizeBytes = (await stat(volume)).size
    await copyFile(volume, join(trial.path, 'good'))
  })

  afterEach(async () => {
    await copyFile(join(trial.path, 'good'), volume)
    expect(await trial.restoreDifferences(1)).toEqual([])
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
    await trial.close()
  })

  /** Files that a restore did not bring back as they were, relative to the tree. */
  async function lost(where: string): Promise<string[]> {
    const { small } = trial.source
    const lines = await compareTrees(small, join(where, small))
    const files = lines.filter((line) => !/^\.d/.test(line))
    return files.map((line) => line.replace(/^\S+ +/, ''))
  }

  it('that is damaged in the middle costs the files it held there', async () => {
    const file = await open(volume, 'r+')
    const middle = Math.floor(sizeBytes / 2)
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, middle)
    await file.write(Buffer.of((byte[0] ?? 0) ^ 0xff), 0, 1, middle)
    await file.close()
    const restored = await trial.restore(1)
    const files = await lost(restored.where)
    expect(restored.status, restored.log).toMatch(/^[EW]$/)
    expect(restored.log).toMatch(/Volume "Full-0001" is damaged from address \d+ to \d+/)
    expect(files.length, restored.log).toBeGreaterThan(0)
    // A block holds two or three of the files, and parts of its neighbours.
    expect(files.length, restored.log).toBeLessThanOrEqual(5)
    for (const name of files) expect(restored.log).toContain(name)
  })

  it('that is cut short costs the files behind the cut', async () => {
    await truncate(volume, Math.floor(sizeBytes / 2))
    const restored = await trial.restore(1)
    const files = await lost(restored.where)
    expect(restored.status, restored.log).toMatch(/^[EW]$/)
    expect(restored.log).toMatch(/Volume "Full-0001"/)
    expect(files.length, restored.log).toBeGreaterThan(10)
    expect(files.length, restored.log).toBeLessThan(30)
    for (const name of files) expect(restored.log).toContain(name)
  })

  it('that is gone ends the restore with its name', async () => {
    await rename(volume, `${volume}.elsewhere`)
    const restored = await trial.restore(1)
    expect(restored.status, restored.log).toMatch(/^[Ef]$/)
    expect(restored.termination).toBe('*** Restore Error ***')
    expect(restored.log).toMatch(/(Error|Fatal error): .*Full-0001/)
  })
})
