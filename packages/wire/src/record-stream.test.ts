import { afterEach, describe, expect, it } from 'vitest'
import { type Loopback, startLoopback } from './testing/loopback.ts'

const MIB = 1024 * 1024
const TOTAL_BATCHES = 512

let loopback: Loopback | undefined
afterEach(() => loopback?.close())

describe('half a gibibyte of records', () => {
  it('passes in both directions in bounded memory', { timeout: 300_000 }, async () => {
    let highestRss = 0
    const watchMemory = () => {
      highestRss = Math.max(highestRss, process.memoryUsage().rss)
    }
    loopback = await startLoopback({
      services: {
        storageData: {
          append: async (call) => {
            let bytes = 0
            for await (const batch of call) {
              bytes += batch.length
              if (bytes % (64 * MIB) === 0) {
                watchMemory()
                await call.send({ durableFileIndex: bytes })
              }
            }
            await call.send({ durableFileIndex: bytes, end: true })
          },
          read: async function* () {
            const batch = Buffer.alloc(MIB, 1)
            for (let i = 0; i < TOTAL_BATCHES; i++) yield batch
          },
        },
      },
    })
    const peer = loopback.dial('job')
    await peer.connection.cipher()
    const rssBefore = process.memoryUsage().rss

    const call = peer.storageData.append()
    const sending = (async () => {
      // One buffer, used again as soon as it was sent.
      const batch = Buffer.alloc(MIB)
      for (let i = 0; i < TOTAL_BATCHES; i++) await call.send(batch.fill(i))
      call.end()
    })()
    let last: unknown
    for await (const event of call) last = event
    await sending
    expect(last).toEqual({ durableFileIndex: TOTAL_BATCHES * MIB, end: true })

    let received = 0
    for await (const batch of peer.storageData.read({})) {
      received += batch.length
      if (received % (64 * MIB) === 0) watchMemory()
    }
    expect(received).toBe(TOTAL_BATCHES * MIB)
    expect(highestRss - rssBefore).toBeLessThan(250 * MIB)
  })
})
