// The state that a chain of Jobs left, as entries that a file daemon compares with (core/known-file.ts).
import { encodePath, type KnownFile, knownFileBytes, writeKnownFile } from '@coffer/core'
import type { Database } from './database.ts'
import { streamTree } from './file-tree.ts'
import type { JobChain } from './files.ts'
import { digestText, escapedText, nameText } from './names.ts'

/** Entries travel in pieces of about this size. */
const PIECE_BYTES = 256 * 1024

type Row = [path: string, lstat: string, digest: string, deltaSeq: number]

/** Whole entries, in pieces; memory does not grow with their number. `rootPathId` is that of all trees. */
export async function* readKnownFiles(
  database: Database,
  chain: JobChain,
  rootPathId: number,
): AsyncGenerator<Uint8Array> {
  const batches = streamTree<Row>(database, chain, {
    pathId: rootPathId,
    isRoot: true,
    columns: `${escapedText('path.path')} || ${escapedText('f.name')}, f.lstat, f.md5, f.deltaseq`,
    withPaths: true,
  })
  let held: KnownFile[] = []
  let heldBytes = 0
  for await (const batch of batches) {
    for (const [path, lstat, digest, deltaSeq] of batch) {
      const file = { path: pathBytes(path), lstat, digest: digestText(digest), deltaSeq }
      held.push(file)
      heldBytes += knownFileBytes(file)
      if (heldBytes < PIECE_BYTES) continue
      yield pieceOf(held, heldBytes)
      held = []
      heldBytes = 0
    }
  }
  if (heldBytes > 0) yield pieceOf(held, heldBytes)
}

function pathBytes(escaped: string): Uint8Array {
  return escaped.includes('\\') ? encodePath(nameText(escaped)) : Buffer.from(escaped, 'latin1')
}

function pieceOf(files: readonly KnownFile[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  let at = 0
  for (const file of files) at = writeKnownFile(file, bytes, at)
  return bytes
}
