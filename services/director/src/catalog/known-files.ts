// The state that a chain of Jobs left, as entries that a file daemon compares with (core/known-file.ts).
import { encodePath, knownFileBytes, writeKnownFile } from '@coffer/core'
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
  let piece = new Uint8Array(PIECE_BYTES)
  let used = 0
  for await (const batch of batches) {
    for (const [path, lstat, digest, deltaSeq] of batch) {
      const file = { path: pathBytes(path), lstat, digest: digestText(digest), deltaSeq }
      const neededBytes = knownFileBytes(file)
      if (used + neededBytes > piece.length) {
        if (used > 0) yield piece.subarray(0, used)
        // The one before may still be under way.
        piece = new Uint8Array(Math.max(PIECE_BYTES, neededBytes))
        used = 0
      }
      used = writeKnownFile(file, piece, used)
    }
  }
  if (used > 0) yield piece.subarray(0, used)
}

function pathBytes(escaped: string): Uint8Array {
  return escaped.includes('\\') ? encodePath(nameText(escaped)) : Buffer.from(escaped, 'latin1')
}
