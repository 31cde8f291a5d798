import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VolumeAppender } from './volume-appender.ts'
import type { AppendTarget } from './volume-file.ts'

/** A file in memory of which the n-th write fails after half of its bytes. */
class FaultyFile implements AppendTarget {
  bytes = Buffer.alloc(0)
  durableBytes = 0
  syncs = 0
  failSync = false
  readonly #failAt: number
  #writes = 0

  constructor(failAt = -1) {
    this.#failAt = failAt
  }

  async writeAt(buffers: readonly Buffer[], position: number): Promise<void> {
    await Promise.resolve()
    const all = Buffer.concat([...buffers])
    const isFailing = this.#writes++ === this.#failAt
    const part = isFailing ? all.subarray(0, all.length >> 1) : all
    this.bytes = Buffer.concat([this.bytes.subarray(0, position), part])
    if (isFailing) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }

  async sync(): Promise<void> {
    const { length } = this.bytes
    await Promise.resolve()
    this.syncs++
    if (this.failSync) throw new Error('input/output error')
    this.durableBytes = length
  }

  async truncate(sizeBytes: number): Promise<void> {
    this.bytes = this.bytes.subarray(0, sizeBytes)
  }
}

const blocks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 40 })

describe('VolumeAppender', () => {
  it('puts blocks one behind the other at the addresses it gave', async () => {
    await fc.assert(
      fc.asyncProperty(blocks, async (given) => {
        const file = new FaultyFile()
        const appender = new VolumeAppender(file, 0)
        const appended = given.map((block) => appender.append(Buffer.from(block)))
        await Promise.all(appended.map(({ written }) => written))
        given.forEach((block, index) => {
          const { address } = appended[index]!
          expect(file.bytes.subarray(address, address + block.length)).toEqual(Buffer.from(block))
        })
        expect(file.bytes).toEqual(Buffer.concat(given))
        await appender.sync()
        expect(appender.durableBytes).toBe(file.bytes.length)
      }),
    )
  })

  it('refuses everything behind a failed write and leaves a whole end', async () => {
    await fc.assert(
      fc.asyncProperty(blocks, fc.nat(6), async (given, failAt) => {
        const file = new FaultyFile(failAt)
        const appender = new VolumeAppender(file, 0)
        const results = await Promise.allSettled(
          given.map((block) => appender.append(Buffer.from(block)).written),
        )
        const good = results.findIndex(({ status }) => status === 'rejected')
        const kept = good < 0 ? given : given.slice(0, good)
        expect(results.slice(kept.length).every(({ status }) => status === 'rejected')).toBe(true)
        expect(file.bytes).toEqual(Buffer.concat(kept))
        expect(appender.endBytes).toBe(file.bytes.length)
        expect(appender.writtenBytes).toBe(file.bytes.length)
      }),
    )
  })

  it('goes on at the clean end after a failure', async () => {
    const file = new FaultyFile(1)
    const appender = new VolumeAppender(file, 0)
    await appender.append(Buffer.from('first')).written
    const failed = appender.append(Buffer.from('second')).written
    await expect(failed).rejects.toMatchObject({ code: 'device-full' })
    const { address, written } = appender.append(Buffer.from('third'))
    await written
    expect(address).toBe(5)
    expect(file.bytes.toString()).toBe('firstthird')
  })

  it('shares one sync among those who ask meanwhile, and never one that began before', async () => {
    const file = new FaultyFile()
    const appender = new VolumeAppender(file, 0)
    await appender.append(Buffer.from('a')).written
    const first = appender.sync()
    await appender.append(Buffer.from('b')).written
    await Promise.all([first, appender.sync(), appender.sync(), appender.sync()])
    expect(file.durableBytes).toBe(2)
    expect(appender.durableBytes).toBe(2)
    expect(file.syncs).toBeLessThanOrEqual(3)
  })

  it('does not call durable what the operating system could not write', async () => {
    const file = new FaultyFile()
    const appender = new VolumeAppender(file, 0)
    await appender.append(Buffer.from('a')).written
    file.failSync = true
    await expect(appender.sync()).rejects.toThrow(Error)
    expect(appender.durableBytes).toBe(0)
  })
})
