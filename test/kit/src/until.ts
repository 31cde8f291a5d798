// Waits for what other processes do.
import { setTimeout as pause } from 'node:timers/promises'

const POLL_MS = 50
const TIMEOUT_MS = 60_000

/** Polls until `probe` gives something other than undefined; rejects with `what` and its last word when it never does. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs
  for (;;) {
    const found = await probe()
    if (found !== undefined) return found
    if (Date.now() > deadlineMs) throw new Error(`${what} did not come in time`)
    await pause(POLL_MS)
  }
}
