// Names relative to an open directory: paths of any depth and without a race, by way of /proc/self/fd.
import { closeSync, constants, openSync } from 'node:fs'

/** Linux's O_PATH: a directory that may be passed through but need not be readable. */
const O_PATH = 0o10000000

const SLASH = 0x2f

/** A path to `name` in the directory that `fd` is open on; good for every call that takes a path. */
export function pathAt(fd: number, name: Uint8Array): Buffer {
  const prefix = `/proc/self/fd/${fd}/`
  const path = Buffer.allocUnsafe(prefix.length + name.length)
  path.write(prefix, 0, 'latin1')
  path.set(name, prefix.length)
  return path
}

/** Opens a directory for passing through. With `follow` a link's target, else a link is refused as ENOTDIR. */
export function openDirectory(path: Uint8Array, follow: boolean): number {
  const nofollow = follow ? 0 : constants.O_NOFOLLOW
  return openSync(asPath(path), O_PATH | constants.O_DIRECTORY | nofollow)
}

/** Closes what may have been opened, never throwing: for cleaning up after another failure. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // There is nothing that a caller could do, and the first failure is the one to tell.
  }
}

/** `directory` and `name` with one slash between them. */
export function joinPath(directory: Uint8Array, name: Uint8Array): Buffer {
  const slash = directory[directory.length - 1] === SLASH ? 0 : 1
  const path = Buffer.allocUnsafe(directory.length + slash + name.length)
  path.set(directory)
  if (slash === 1) path[directory.length] = SLASH
  path.set(name, directory.length + slash)
  return path
}

/** The same bytes as a Buffer, which node's file functions take as a path. */
export function asPath(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
