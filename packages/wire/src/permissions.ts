// Who may call what.
import type { PeerKind } from './call.ts'

/** Every service and the one kind of caller that it serves. docs/protocol.md holds the same table. */
export const CALLERS = {
  FileDaemon: 'director',
  StorageDaemon: 'director',
  StorageData: 'job',
  Console: 'console',
} as const satisfies Record<string, PeerKind>

export type ServiceName = keyof typeof CALLERS

const KINDS: ReadonlySet<string> = new Set(Object.values(CALLERS))

export function isPeerKind(word: string): word is PeerKind {
  return KINDS.has(word)
}

export function mayCall(kind: PeerKind, service: ServiceName): boolean {
  return CALLERS[service] === kind
}
