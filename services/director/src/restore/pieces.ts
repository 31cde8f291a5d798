// A Bootstrap cut into what each Storage reads, in the order of reading.
import { type Bootstrap, type BootstrapEntry, countNumbers } from '@coffer/core'

export interface BootstrapPiece {
  /** Name of the Storage resource; empty when the entries name none. */
  readonly storage: string
  readonly bootstrap: Bootstrap
}

/** Neighbours of one Storage stay together; `sameAs` says which Storages are one place. */
export function cutByStorage(
  { entries }: Bootstrap,
  isSame: (storage: string, other: string) => boolean,
): readonly BootstrapPiece[] {
  const pieces: { storage: string; entries: BootstrapEntry[] }[] = []
  for (const entry of entries) {
    const storage = entry.storage ?? ''
    const last = pieces.at(-1)
    if (last !== undefined && isSame(last.storage, storage)) last.entries.push(entry)
    else pieces.push({ storage, entries: [entry] })
  }
  return pieces.map((piece) => ({
    storage: piece.storage,
    bootstrap: { entries: piece.entries },
  }))
}

/** A Storage that the Bootstrap does not name was chosen for the whole of it, as by an operator. */
export function withStorage(bootstrap: Bootstrap, chosen: string): Bootstrap {
  const isNamed = bootstrap.entries.some(({ storage }) => storage === chosen)
  if (isNamed || chosen === '') return bootstrap
  return { entries: bootstrap.entries.map((entry) => ({ ...entry, storage: chosen })) }
}

/** How many files it asks for, as far as it says so; a file on two Volumes counts for each. */
export function filesOf({ entries }: Bootstrap): number {
  return entries.reduce((sum, { fileIndexes }) => sum + countNumbers(fileIndexes), 0)
}
