// A FileSet whose lists are too long for one message, cut into pieces. Pure.
import type { FileSetInit, FileSetPieceInit } from '@coffer/wire'

/** Well below what a message may have. */
const PIECE_BYTES = 1024 * 1024

export interface CutFileset {
  /** Complete when there are no pieces; else without any entries. */
  readonly first: FileSetInit
  readonly pieces: readonly FileSetPieceInit[]
}

/** All entries in their order: those of each Include, then the excludes. */
export function cutFileset(fileset: FileSetInit, pieceBytes = PIECE_BYTES): CutFileset {
  const includes = fileset.includes ?? []
  const excludes = fileset.excludes ?? []
  const lists = [...includes.map(({ files }) => files ?? []), excludes]
  if (sum(lists.flat()) <= pieceBytes) return { first: fileset, pieces: [] }
  const pieces = includes.flatMap((include, index): FileSetPieceInit[] =>
    portions(include.files ?? [], pieceBytes).map((files) => ({ include: index, files })),
  )
  return {
    first: {
      ...fileset,
      includes: includes.map((include) => ({ ...include, files: [] })),
      excludes: [],
    },
    pieces: [...pieces, ...portions(excludes, pieceBytes).map((part) => ({ excludes: part }))],
  }
}

function portions(entries: readonly Uint8Array[], pieceBytes: number): Uint8Array[][] {
  const all: Uint8Array[][] = []
  let used = Infinity
  for (const entry of entries) {
    if (used + entry.length > pieceBytes) {
      all.push([])
      used = 0
    }
    all.at(-1)?.push(entry)
    used += entry.length
  }
  return all
}

function sum(entries: readonly Uint8Array[]): number {
  return entries.reduce((total, entry) => total + entry.length, 0)
}
