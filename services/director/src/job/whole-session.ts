// What has to be read of which storage to see all of a Job's records. Pure.
import { formatBootstrap, normaliseBootstrap } from '@coffer/core'
import { type MediaSpan, wholeBootstrap } from '../restore/plan.ts'

export interface WholeSession {
  readonly storage: string
  readonly bootstrap: string
}

/** In the order of writing; one for each stretch of Volumes of the same storage. `fallback` is where unknown ones are. */
export function wholeSessions(spans: readonly MediaSpan[], fallback: string): WholeSession[] {
  const stretches: { storage: string; spans: MediaSpan[] }[] = []
  for (const span of spans) {
    const storage = span.storage === '' ? fallback : span.storage
    const last = stretches.at(-1)
    if (last?.storage === storage) last.spans.push(span)
    else stretches.push({ storage, spans: [span] })
  }
  return stretches.map(({ storage, spans: own }) => {
    const bootstrap = wholeBootstrap(own, () => ({ storage, device: '' }))
    return { storage, bootstrap: formatBootstrap(normaliseBootstrap(bootstrap)) }
  })
}
