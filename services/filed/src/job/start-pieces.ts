// What the Director sends behind the start of a Job: the rest of a long FileSet, and the files that it knows.
import { CofferError } from '@coffer/core'
import type { BackupCommand, FileSet, FileSetPiece, VerifyCommand } from '@coffer/wire'
import { KnownList } from '../accurate/known-list.ts'

export interface StartPieces {
  readonly fileset: FileSet
  /** Empty when the Director sent none; whoever gets it closes it. */
  readonly known: KnownList
}

interface PieceCall {
  receive(): Promise<BackupCommand | VerifyCommand | undefined>
}

/** Receives up to `go`. Throws `job-protocol` and `known-list-failed`. */
export async function receivePieces(
  call: PieceCall,
  fileset: FileSet,
  place: { readonly workingDirectory: string; readonly tag: string },
): Promise<StartPieces> {
  const grown = new GrowingFileSet(fileset)
  const known = await KnownList.create(place.workingDirectory, place.tag)
  try {
    for (;;) {
      const command = await call.receive()
      switch (command?.command) {
        case 'fileset':
          grown.add(command.fileset)
          break
        case 'known':
          await known.append(command.known.files)
          break
        case 'go':
          return { fileset: grown.fileset, known }
        default:
          throw new CofferError('job-protocol', 'the Director did not say when the Job begins')
      }
    }
  } catch (error) {
    await known.close()
    throw error
  }
}

/** A FileSet that is put together from pieces. */
class GrowingFileSet {
  readonly #first: FileSet
  readonly #files: Uint8Array[][]
  readonly #excludes: Uint8Array[]

  constructor(first: FileSet) {
    this.#first = first
    this.#files = first.includes.map(({ files }) => [...files])
    this.#excludes = [...first.excludes]
  }

  get fileset(): FileSet {
    const includes = this.#first.includes.map((include, index) => ({
      ...include,
      files: (this.#files[index] ?? []).map(asBuffer),
    }))
    return { ...this.#first, includes, excludes: this.#excludes.map(asBuffer) }
  }

  add({ include, files, excludes }: FileSetPiece): void {
    const into = this.#files[include]
    if (into === undefined && files.length > 0) {
      throw new CofferError('job-protocol', `the FileSet has no Include ${include}`)
    }
    for (const file of files) into?.push(file)
    for (const exclude of excludes) this.#excludes.push(exclude)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
