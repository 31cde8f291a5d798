import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Interruption } from './interruption.ts'

function interruptible() {
  let interrupt: (error: Error) => void = () => undefined
  const promise = new Promise<never>((_, reject) => {
    interrupt = reject
  })
  return { interruption: new Interruption(promise), interrupt }
}

/** A garbage collection, now. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
}

describe('Interruption', () => {
  it('gives what the work gives, or throws what it throws', async () => {
    const { interruption } = interruptible()
    expect(await interruption.race(Promise.resolve(1))).toBe(1)
    await expect(interruption.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })

  it('ends all waiting, and all later waiting', async () => {
    const { interruption, interrupt } = interruptible()
    const never = new Promise<void>(() => undefined)
    const waits = [interruption.race(never), interruption.race(never)]
    interrupt(new Error('enough'))
    for (const wait of waits) await expect(wait).rejects.toThrow('enough')
    await expect(interruption.race(Promise.resolve(1))).rejects.toThrow('enough')
    await expect(interruption.race(Promise.reject(new Error('late')))).rejects.toThrow('enough')
  })

  it('keeps nothing of what it raced', async () => {
    const { interruption } = interruptible()
    const race = async () =>
      new WeakRef(await interruption.race(Promise.resolve(new Uint8Array(9))))
    const kept = await race()
    // A WeakRef holds its target until the end of the turn.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(kept.deref()).toBeUndefined()
    // Needed to the end: what nobody holds keeps nothing.
    expect(await interruption.race(Promise.resolve(1))).toBe(1)
  })
})
