// The system calls that node lacks, through koffi: extended attributes, holes, special files, times to the nanosecond.
import { constants } from 'node:os'
import { messageOf } from '@coffer/core'
import { ErrnoError } from './errno.ts'
import { type Koffi, loadKoffi } from './koffi.ts'

/** A file by an open descriptor, or by path bytes (without NUL, links not followed). */
export type FileRef = number | Uint8Array

/** All calls are synchronous and throw ErrnoError. */
export interface Posix {
  /** Names of all extended attributes, each ended by NUL. Empty where the file system has none. */
  listXattr(file: FileRef): Buffer
  /** The value, or undefined when there is no such attribute. */
  getXattr(file: FileRef, name: Uint8Array): Buffer | undefined
  setXattr(file: FileRef, name: Uint8Array, value: Uint8Array): void
  removeXattr(file: FileRef, name: Uint8Array): void
  /** Offset of the next data at or after `from`, or undefined when only a hole follows. */
  seekData(fd: number, from: number): number | undefined
  /** Offset of the next hole at or after `from`; the end of the file counts as one. */
  seekHole(fd: number, from: number): number
  /** A device node, fifo or socket node; `device` is the number as stat gives it. */
  makeNode(path: Uint8Array, mode: number, device: number): void
  /** Whether the file is marked as not worth a backup (`chattr +d`). False where nothing can be marked. */
  isMarkedNoDump(path: Uint8Array): boolean
  /** Times to the nanosecond; a link itself, not its target. */
  setTimes(file: FileRef, times: FileTimes): void
}

/** Seconds may be negative; nanoseconds are 0 to 999999999. */
interface FileTimes {
  readonly atime: number
  readonly atimeNs: number
  readonly mtime: number
  readonly mtimeNs: number
}

export type PosixSupport =
  | { readonly posix: Posix }
  | { readonly posix: undefined; readonly reason: string }

let support: PosixSupport | undefined

/**
 * The system calls, or why there are none: then extended attributes, access control lists, device nodes and holes
 * cannot be kept, times are exact to a microsecond, and a Job says so.
 */
export function loadPosix(): PosixSupport {
  support ??= tryLoad()
  return support
}

type Callable = (...values: readonly unknown[]) => number
interface Library {
  func(prototype: string): Callable
}
type Fail = (syscall: string) => ErrnoError

const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const SEEK_DATA = 3
const SEEK_HOLE = 4
const MAX_LIST_BYTES = 65536
const MAX_VALUE_BYTES = 65536

function tryLoad(): PosixSupport {
  const koffi = loadKoffi()
  if ('absent' in koffi) return { posix: undefined, reason: koffi.absent }
  try {
    return { posix: bindLinux(koffi) }
  } catch (error) {
    return { posix: undefined, reason: messageOf(error) }
  }
}

function bindLinux(koffi: Koffi): Posix {
  const library: Library = koffi.load(null)
  const fail = (syscall: string): ErrnoError => new ErrnoError(koffi.errno(), syscall)
  return {
    ...bindXattr(library, fail),
    ...bindSeek(library, fail),
    ...bindNodes(library, fail),
    ...bindMarks(library),
  }
}

function bindXattr(
  library: Library,
  fail: Fail,
): Pick<Posix, 'listXattr' | 'getXattr' | 'setXattr' | 'removeXattr'> {
  const bind = (name: string, rest: string): readonly [Callable, Callable] => [
    library.func(`int64_t f${name}(int fd, ${rest})`),
    library.func(`int64_t l${name}(const void *path, ${rest})`),
  ]
  const list = bind('listxattr', 'void *list, size_t size')
  const get = bind('getxattr', 'const void *name, void *value, size_t size')
  const set = bind('setxattr', 'const void *name, const void *value, size_t size, int flags')
  const remove = bind('removexattr', 'const void *name')
  const names = Buffer.alloc(MAX_LIST_BYTES)
  const values = Buffer.alloc(MAX_VALUE_BYTES)
  const call = (pair: readonly [Callable, Callable], file: FileRef, rest: unknown[]): number =>
    typeof file === 'number' ? pair[0](file, ...rest) : pair[1](cString(file), ...rest)
  return {
    listXattr(file) {
      const size = call(list, file, [names, names.length])
      if (size >= 0) return names.subarray(0, size)
      const error = fail('listxattr')
      if (error.code === 'ENOTSUP' || error.code === 'EOPNOTSUPP') return names.subarray(0, 0)
      throw error
    },
    getXattr(file, name) {
      const size = call(get, file, [cString(name), values, values.length])
      if (size >= 0) return Buffer.from(values.subarray(0, size))
      const error = fail('getxattr')
      if (['ENODATA', 'ENOTSUP', 'EOPNOTSUPP'].includes(error.code)) return undefined
      throw error
    },
    setXattr(file, name, value) {
      if (call(set, file, [cString(name), value, value.length, 0]) < 0) throw fail('setxattr')
    },
    removeXattr(file, name) {
      if (call(remove, file, [cString(name)]) < 0) throw fail('removexattr')
    },
  }
}

function bindSeek(library: Library, fail: Fail): Pick<Posix, 'seekData' | 'seekHole'> {
  const lseek = library.func('int64_t lseek(int fd, int64_t offset, int whence)')
  return {
    seekData(fd, from) {
      const at = lseek(fd, from, SEEK_DATA)
      if (at >= 0) return at
      const error = fail('lseek')
      if (error.code === 'ENXIO') return undefined
      throw error
    },
    seekHole(fd, from) {
      const at = lseek(fd, from, SEEK_HOLE)
      if (at < 0) throw fail('lseek')
      return at
    },
  }
}

function bindNodes(library: Library, fail: Fail): Pick<Posix, 'makeNode' | 'setTimes'> {
  const mkfifo = library.func('int mkfifo(const void *path, uint32_t mode)')
  const mknod = optional(library, 'int mknod(const void *path, uint32_t mode, uint64_t device)')
  const utimensat = library.func('int utimensat(int dir, const void *path, void *times, int flags)')
  const futimens = library.func('int futimens(int fd, void *times)')
  const times = Buffer.alloc(32)
  return {
    makeNode(path, mode, device) {
      const isFifo = (mode & 0o170000) === 0o010000
      if (!isFifo && mknod === undefined) throw new ErrnoError(constants.errno.ENOSYS, 'mknod')
      const done = isFifo ? mkfifo(cString(path), mode) : mknod?.(cString(path), mode, device)
      if (done !== 0) throw fail('mknod')
    },
    setTimes(file, value) {
      times.writeBigInt64LE(BigInt(value.atime), 0)
      times.writeBigInt64LE(BigInt(value.atimeNs), 8)
      times.writeBigInt64LE(BigInt(value.mtime), 16)
      times.writeBigInt64LE(BigInt(value.mtimeNs), 24)
      const done =
        typeof file === 'number'
          ? futimens(file, times)
          : utimensat(AT_FDCWD, cString(file), times, AT_SYMLINK_NOFOLLOW)
      if (done !== 0) throw fail('utimensat')
    },
  }
}

const STATX_ATTR_NODUMP = 0x40
const STATX_BYTES = 256
/** Where the attributes stand in the structure that statx fills: linux/stat.h. */
const STATX_ATTRIBUTES_AT = 8

function bindMarks(library: Library): Pick<Posix, 'isMarkedNoDump'> {
  const prototype = 'int statx(int dir, const void *path, int flags, uint32_t mask, void *into)'
  const statx = optional(library, prototype)
  const into = Buffer.alloc(STATX_BYTES)
  return {
    isMarkedNoDump(path) {
      if (statx?.(AT_FDCWD, cString(path), AT_SYMLINK_NOFOLLOW, 0, into) !== 0) return false
      return (into.readUInt32LE(STATX_ATTRIBUTES_AT) & STATX_ATTR_NODUMP) !== 0
    },
  }
}

// Before glibc 2.33 mknod was an inline function of the headers.
function optional(library: Library, prototype: string): Callable | undefined {
  try {
    return library.func(prototype)
  } catch {
    return undefined
  }
}

function cString(bytes: Uint8Array): Buffer {
  const text = Buffer.allocUnsafe(bytes.length + 1)
  text.set(bytes)
  text[bytes.length] = 0
  return text
}
