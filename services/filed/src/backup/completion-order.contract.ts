// In which order a pipeline hears of its reading threads: drawn from a seed, or turned round as far as they let it.

/** Chooses the thread that is heard next among those that have something to say. */
export type Choose = (waiting: readonly number[]) => number

/** Numerical Recipes' generator: equal on every machine. */
export function shuffled(seed: number): Choose {
  let state = seed >>> 0
  return (waiting) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return waiting[Math.floor((state / 2 ** 32) * waiting.length)] ?? 0
  }
}

export const lastFirst: Choose = (waiting) => Math.max(...waiting)
export const firstFirst: Choose = (waiting) => Math.min(...waiting)

/** Turns of the event loop before a word is heard, so that others come to wait beside it. */
const PATIENCE_TURNS = 4

/** For PipelineOptions.hear. */
export function hearing(choose: Choose): (reader: number, tell: () => void) => void {
  const waiting = new Map<number, (() => void)[]>()
  let turns = 0
  const turn = (): void => {
    turns += 1
    if (turns % PATIENCE_TURNS === 0) {
      const reader = choose([...waiting.keys()])
      const words = waiting.get(reader) ?? []
      words.shift()?.()
      if (words.length === 0) waiting.delete(reader)
    }
    if (waiting.size > 0) setImmediate(turn)
  }
  return (reader, tell) => {
    if (waiting.size === 0) setImmediate(turn)
    waiting.set(reader, [...(waiting.get(reader) ?? []), tell])
  }
}
