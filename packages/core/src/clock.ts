// Time as an argument, so that a test can hold it still.

export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Runs `action` once after `delayMs`; the result cancels it. Does not keep the process alive by itself. */
  after(delayMs: number, action: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
}
