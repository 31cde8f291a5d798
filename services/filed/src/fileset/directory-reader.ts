// The names of one directory, in the order in which the system gives them, a few at a time.
import { closeSync, constants, type Dir, fstatSync, opendirSync, openSync } from 'node:fs'

/** Names as raw bytes. `close` is safe at any time. */
export class DirectoryReader {
  #dir: Dir | undefined
  #names: Buffer[] | undefined

  /**
   * Opens the directory at `path`, which must be the one with that inode: a link or another directory in its place is
   * refused as ENOTDIR or `undefined`. Throws system errors.
   */
  static open(
    path: Buffer,
    expected: { readonly dev: bigint; readonly ino: bigint },
  ): DirectoryReader | undefined {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    try {
      const { dev, ino } = fstatSync(fd, { bigint: true })
      if (dev !== expected.dev || ino !== expected.ino) return undefined
      return new DirectoryReader(openHandle(fd))
    } finally {
      closeSync(fd)
    }
  }

  private constructor(dir: Dir) {
    this.#dir = dir
  }

  /** The next name, or undefined at the end. Throws system errors. */
  next(): Buffer | undefined {
    if (this.#names !== undefined) return this.#names.pop()
    return this.#dir === undefined ? undefined : nextName(this.#dir)
  }

  /** Reads all names that are left and frees the descriptor: for a directory that is far up in a deep tree. */
  detach(): void {
    if (this.#dir === undefined) return
    const names: Buffer[] = []
    for (let name = nextName(this.#dir); name !== undefined; name = nextName(this.#dir)) {
      names.push(name)
    }
    this.close()
    this.#names = names.reverse()
  }

  close(): void {
    this.#dir?.closeSync()
    this.#dir = undefined
  }
}

function openHandle(fd: number): Dir {
  // The typings do not know that names may come as bytes.
  const options = { encoding: 'buffer', bufferSize: 256 } as unknown as { bufferSize: number }
  return opendirSync(`/proc/self/fd/${fd}`, options)
}

function nextName(dir: Dir): Buffer | undefined {
  return dir.readSync()?.name as unknown as Buffer | undefined
}
