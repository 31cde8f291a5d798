// What a Director may ask of every daemon about itself: to be louder, and how it resolves a name.
import { lookup } from 'node:dns/promises'
import { CofferError, messageOf } from '@coffer/core'
import type { DebugControl, DebugState } from './debug.ts'

/** -1 for what shall stay as it is. */
export interface DebugRequest {
  readonly level: number
  readonly trace: number
}

/** Throws `trace-unwritable`. */
export function applyDebug(debug: DebugControl, { level, trace }: DebugRequest): DebugState {
  try {
    return debug.set({
      level: level < 0 ? undefined : level,
      isTracing: trace < 0 ? undefined : trace > 0,
    })
  } catch (cause) {
    throw new CofferError('trace-unwritable', messageOf(cause), { cause })
  }
}

/** Addresses of a host as this machine sees them. Throws `host-unknown`. */
export async function resolveHost(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true, verbatim: true })
    return found.map(({ address, family }) => `host[ipv${family}:${address}]`)
  } catch (cause) {
    throw new CofferError('host-unknown', `"${host}" does not resolve: ${messageOf(cause)}`, {
      cause,
    })
  }
}
