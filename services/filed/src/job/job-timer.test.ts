import { systemClock } from '@coffer/core'
import { expect, it } from 'vitest'
import { inTime } from './job-timer.ts'

const untilStopped = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })

it('ends a Job whose time is over, with the reason', async () => {
  const { signal } = new AbortController()
  await expect(
    inTime({ clock: systemClock, maxMs: 1, signal }, untilStopped),
  ).rejects.toMatchObject({ code: 'job-timeout' })
})

it('ends a Job that is canceled before', async () => {
  const stop = new AbortController()
  const options = { clock: systemClock, maxMs: 60_000, signal: stop.signal }
  const running = inTime(options, untilStopped)
  stop.abort(new Error('canceled'))
  await expect(running).rejects.toThrow('canceled')
})

it('lets a Job run when there is no limit', async () => {
  const { signal } = new AbortController()
  let seen: AbortSignal | undefined
  await inTime({ clock: systemClock, maxMs: 0, signal }, async (given) => {
    seen = given
  })
  expect(seen).toBe(signal)
})
