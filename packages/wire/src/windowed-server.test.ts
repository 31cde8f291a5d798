import { connect, type Settings } from 'node:http2'
import { describe, expect, it } from 'vitest'
import { MAX_CALLS_PER_CONNECTION, MAX_HEADER_BYTES } from './limits.ts'
import { startLoopback } from './testing/loopback.ts'
import { WINDOW_BYTES } from './windowed-server.ts'

describe('the windows of a connection', () => {
  it('are as large as a line with latency needs, at the server', async () => {
    const loopback = await startLoopback()
    const session = connect(`https://127.0.0.1:${loopback.port}`, { rejectUnauthorized: false })
    try {
      const settings = await new Promise<Settings>((resolve) => {
        session.once('remoteSettings', resolve)
      })
      expect(settings.initialWindowSize).toBe(WINDOW_BYTES)
      expect(settings.maxConcurrentStreams).toBe(MAX_CALLS_PER_CONNECTION)
      expect(settings.maxHeaderListSize).toBe(MAX_HEADER_BYTES)
      // The window of the whole connection, grown by the server's first WINDOW_UPDATE.
      await new Promise<void>((resolve, reject) => {
        session.ping((error) => (error ? reject(error) : resolve()))
      })
      expect(session.state.remoteWindowSize).toBe(WINDOW_BYTES)
    } finally {
      session.destroy()
      await loopback.close()
    }
  })
})
