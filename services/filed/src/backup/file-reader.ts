// One file after the other as records: attributes, content, access control lists, extended attributes, digest.
import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs'
import {
  decodePath,
  displayPath,
  attributeBound,
  writeAttributes,
  FILE_TYPE,
  type MessageType,
  messageOf,
  STREAM,
} from '@coffer/core'
import {
  createPacker,
  type DataPacker,
  encodeAcl,
  encodeXattrs,
  errnoCode,
  errnoText,
  type FileRef,
  type Posix,
  type Protection,
  type Xattr,
} from '@coffer/files'
import type { BatchWriter } from './batch-writer.ts'
import { ContentReader } from './content-reader.ts'
import { FileContent } from './file-content.ts'
import { type TaskFile, type TaskStat, taskStat } from './file-task.ts'
import { FifoReader } from './fifo-reader.ts'
import type { ReadingRules } from './reading-rules.ts'

/** A line for the Job log. */
export interface ReadNote {
  readonly type: MessageType
  readonly text: string
  readonly isError: boolean
}

export interface ReadTotals {
  files: number
  /** Bytes of data in records. */
  bytes: number
  readBytes: number
  /** Bytes that went into compression and came out. */
  packedFrom: number
  packedTo: number
}

export interface FileReaderOptions {
  readonly writer: BatchWriter
  /** In the order of `optionsOf`. */
  readonly rules: readonly ReadingRules[]
  /** Absent without koffi: lists and attributes are not kept. */
  readonly posix: Posix | undefined
  /** Signs content, and encrypts it when the rules say so. */
  readonly protection?: Protection | undefined
  readonly note: (note: ReadNote) => void
  /** Throws when the Job was cancelled. */
  readonly checkCancelled: () => void
}

const S_IFMT = 0o170000n
const S_IFREG = 0o100000n
const O_NOATIME = 0o1000000
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const ACL_STREAMS: ReadonlyMap<string, number> = new Map([
  ['system.posix_acl_access', STREAM.aclLinuxAccess],
  ['system.posix_acl_default', STREAM.aclLinuxDefault],
])

export class FileReader {
  readonly totals: ReadTotals = { files: 0, bytes: 0, readBytes: 0, packedFrom: 0, packedTo: 0 }
  readonly #options: FileReaderOptions
  readonly #content: ContentReader
  readonly #fifo: FifoReader
  readonly #packers: readonly (DataPacker | undefined)[]

  /** Throws `compression-unavailable`. */
  constructor(options: FileReaderOptions) {
    this.#options = options
    this.#content = new ContentReader(options)
    this.#fifo = new FifoReader(options)
    this.#packers = options.rules.map(({ compression }) =>
      compression === undefined ? undefined : createPacker(compression.name, compression.level),
    )
  }

  /** Writes the file's records. What goes wrong with it is noted, never thrown; only cancelling throws. */
  read(file: TaskFile): void {
    const rules = this.#options.rules[file.options]
    if (rules === undefined) throw new Error(`no options ${file.options}`)
    this.#options.checkCancelled()
    if (file.type === FILE_TYPE.regular || file.type === FILE_TYPE.regularEmpty) {
      this.#readRegular(file, rules)
      return
    }
    if (file.stat === undefined) throw new Error(`no stat of FileIndex ${file.fileIndex}`)
    if (file.type === FILE_TYPE.fifo) {
      this.#readFifo(file, file.stat, rules)
      return
    }
    this.#writeAttributes(file, file.type, file.stat, rules)
    // A further hard link has the lists and attributes of the first; of a deleted file nothing else is left.
    if (file.type !== FILE_TYPE.linkSaved && file.type !== FILE_TYPE.deleted) {
      this.#writeMetadata(file, file.access, rules)
    }
    this.totals.files += 1
  }

  #readRegular(file: TaskFile, rules: ReadingRules): void {
    const fd = file.fd >= 0 ? file.fd : this.#open(file, rules)
    if (fd === undefined) return
    try {
      const stat = fstatSync(fd, { bigint: true })
      if ((stat.mode & S_IFMT) !== S_IFREG) {
        this.#note(file, 'notsaved', 'is no regular file any more: not saved', true)
        return
      }
      this.#writeRegular(file, rules, { fd, stat })
    } finally {
      closeSync(fd)
    }
  }

  #writeRegular(
    file: TaskFile,
    rules: ReadingRules,
    { fd, stat }: { readonly fd: number; readonly stat: BigIntStats },
  ): void {
    const type = stat.size === 0n ? FILE_TYPE.regularEmpty : FILE_TYPE.regular
    const fresh = taskStat(stat, file.linkFileIndex)
    this.#writeAttributes(file, type, fresh, rules)
    this.totals.files += 1
    const content = this.#contentOf(file, rules)
    const { digest, packer } = content
    content.begin()
    try {
      const { readBytes, storedBytes } = this.#content.read({
        fileIndex: file.fileIndex,
        stream: rules.dataStream,
        fd,
        sizeBytes: fresh.size,
        sparse: rules.sparse,
        digest,
        packer,
      })
      this.#count(readBytes, storedBytes + content.finish(rules.dataStream), rules)
      this.#compareAfterwards(file, { fd, stat, readBytes }, rules)
    } catch (error) {
      if (errnoCode(error) === '') throw error
      // Without its digest and with less content than it says, it is known as damaged when it is restored.
      this.#note(file, 'error', `could not be read to its end: ERR=${errnoText(error)}`, true)
      return
    }
    this.#writeMetadata(file, fd, rules)
    content.writeSums()
    if (rules.keepAtime) this.#options.posix?.setTimes(fd, fresh)
  }

  #readFifo(file: TaskFile, stat: TaskStat, rules: ReadingRules): void {
    const fd = this.#open(file, rules)
    if (fd === undefined) return
    const content = this.#contentOf(file, rules)
    const { digest, packer } = content
    const { fileIndex } = file
    const stream = rules.fifoStream
    try {
      const totals = this.#fifo.read({ fileIndex, stream, fd, digest, packer }, () => {
        this.#writeAttributes(file, file.type, stat, rules)
        content.begin()
        this.totals.files += 1
      })
      if (totals === undefined) {
        this.#note(file, 'notsaved', 'is not saved: nobody wrote into it', true)
        return
      }
      this.#count(totals.readBytes, totals.storedBytes + content.finish(stream), rules)
      this.#writeMetadata(file, fd, rules)
      content.writeSums()
    } catch (error) {
      if (errnoCode(error) === '') throw error
      this.#note(file, 'error', `could not be read to its end: ERR=${errnoText(error)}`, true)
    } finally {
      closeSync(fd)
    }
  }

  #contentOf({ fileIndex, stored, options }: TaskFile, rules: ReadingRules): FileContent {
    const { writer, protection } = this.#options
    const compressor = this.#packers[options]
    return new FileContent({ fileIndex, stored, rules, writer, compressor, protection })
  }

  #count(readBytes: number, storedBytes: number, rules: ReadingRules): void {
    const { totals } = this
    totals.readBytes += readBytes
    totals.bytes += storedBytes
    if (rules.compression === undefined) return
    totals.packedFrom += readBytes
    totals.packedTo += storedBytes
  }

  #open(file: TaskFile, rules: ReadingRules): number | undefined {
    try {
      if (rules.noAtime) return openWithoutAtime(file.access)
      return openSync(file.access, READ_FLAGS)
    } catch (error) {
      const isVanished = errnoCode(error) === 'ENOENT'
      const text = isVanished
        ? 'vanished before it was read'
        : `cannot be opened: ERR=${errnoText(error)}`
      this.#note(file, 'notsaved', text, !isVanished)
      return undefined
    }
  }

  /** Says when the file was not the same before and after. */
  #compareAfterwards(
    file: TaskFile,
    read: { readonly fd: number; readonly stat: BigIntStats; readonly readBytes: number },
    rules: ReadingRules,
  ): void {
    const { stat: before, readBytes } = read
    if (before.size === 0n) return
    const after = fstatSync(read.fd, { bigint: true })
    if (after.mtimeNs === before.mtimeNs && after.size === before.size) return
    const isError = rules.checkChanges
    if (BigInt(readBytes) < before.size) {
      const sizes = `${readBytes} of ${before.size} bytes are saved`
      this.#note(file, isError ? 'error' : 'warning', `shrank while it was read: ${sizes}`, isError)
    } else if (after.size > before.size) {
      const sizes = `its first ${before.size} bytes are saved`
      this.#note(file, isError ? 'error' : 'info', `grew while it was read: ${sizes}`, isError)
    } else {
      this.#note(file, isError ? 'error' : 'warning', 'changed while it was read', isError)
    }
  }

  #writeAttributes(file: TaskFile, type: number, stat: TaskStat, rules: ReadingRules): void {
    const { writer } = this.#options
    const { fileIndex, stored, link } = file
    stat.dataStream = rules.dataStream
    const source = { fileIndex, type, path: stored, link, stat, fraction: stat }
    const window = writer.open(fileIndex, STREAM.unixAttributes, attributeBound(source))
    writer.close(writeAttributes(source, window))
  }

  #writeMetadata(file: TaskFile, ref: FileRef, rules: ReadingRules): void {
    const { posix, writer } = this.#options
    if (posix === undefined || !(rules.acl || rules.xattr)) return
    try {
      const xattrs: Xattr[] = []
      for (const name of namesOf(posix.listXattr(ref))) {
        const text = name.toString('latin1')
        const aclStream = ACL_STREAMS.get(text)
        if (aclStream === undefined ? !rules.xattr : !rules.acl) continue
        const value = posix.getXattr(ref, name)
        if (value === undefined) continue
        if (aclStream === undefined) xattrs.push({ name, value })
        else writer.append(file.fileIndex, aclStream, encodeAcl(value))
      }
      if (xattrs.length > 0) {
        writer.append(file.fileIndex, STREAM.xattrLinux, encodeXattrs(xattrs))
      }
    } catch (error) {
      const reason = errnoCode(error) === '' ? messageOf(error) : `ERR=${errnoText(error)}`
      this.#note(file, 'warning', `lost its extended attributes: ${reason}`, true)
    }
  }

  #note(file: TaskFile, type: MessageType, what: string, isError: boolean): void {
    const text = `"${displayPath(decodePath(file.stored))}" ${what}`
    this.#options.note({ type, text, isError })
  }
}

/** Only the owner and root may read without leaving a trace; others read as usual. */
function openWithoutAtime(path: Buffer): number {
  try {
    return openSync(path, READ_FLAGS | O_NOATIME)
  } catch (error) {
    if (errnoCode(error) !== 'EPERM') throw error
    return openSync(path, READ_FLAGS)
  }
}

function namesOf(list: Buffer): Buffer[] {
  const names: Buffer[] = []
  for (let at = 0; at < list.length; ) {
    const end = list.indexOf(0, at)
    if (end < 0) break
    if (end > at) names.push(Buffer.from(list.subarray(at, end)))
    at = end + 1
  }
  return names
}
