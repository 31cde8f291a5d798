// Records to files: takes one Job's records in order and makes the tree that they describe.
import {
  type CofferError,
  decodeAttributes,
  type DigestName,
  DIGEST_STREAMS,
  displayPath,
  encodePath,
  type FileAttributes,
  isAttributeStream,
  isDigestStream,
  messageOf,
  STREAM,
  STREAM_TYPE_MASK,
} from '@coffer/core'
import { localAccounts } from '../system/accounts.ts'
import { asPath } from '../system/at.ts'
import { errnoText, isOutOfSpace } from '../system/errno.ts'
import { loadPosix } from '../system/posix.ts'
import { EncryptedContent, isEncryptedStream } from './encrypted-content.ts'
import { foreignReason, isDataStream, plainData } from './data-stream.ts'
import { DirectoryChain } from './directory-chain.ts'
import { DirectoryLedger } from './directory-ledger.ts'
import { finishDirectories } from './finish-directories.ts'
import { isAclStream, type MetadataPayload, type MetadataRules } from './metadata.ts'
import { type FirstLink, PendingFile } from './pending-file.ts'
import type { KeyRing } from '../pki/key-ring.ts'
import type { ReplacePolicy } from './replace.ts'
import { compileRelocation, type Relocation } from './where.ts'

/** One record as it stands in a batch or on a Volume, whole. `data` is only read during the call. */
export interface RestoreRecord {
  readonly fileIndex: number
  readonly stream: number
  readonly data: Uint8Array
}

/** Something that one file lost or that it could not become. */
export interface RestoreProblem {
  /**
   * `error` counts into the totals; `warning` is a loss that the file survives; `info` is worth a line; `fatal` means that
   * no further file can be written, and whoever feeds records should stop.
   */
  readonly kind: 'error' | 'warning' | 'info' | 'fatal'
  /** Where the file was to be, or its name in the Job when that is not known. As core `decodePath` makes it. */
  readonly path: string
  /** For the Job log; names the file. */
  readonly text: string
}

export interface RestoreOptions extends Relocation {
  readonly replace: ReplacePolicy
  /** Called synchronously for every problem. */
  readonly report: (problem: RestoreProblem) => void
  /** Called when a file, directory or link is complete, with its place. */
  readonly restored?: (file: RestoredFile) => void
  /** Which files are wanted, by their name in the Job; all when absent. */
  readonly wants?: (path: string) => boolean
  /** Give files their owner; default: when running as root. */
  readonly owner?: boolean
  /** Give files their access control lists and extended attributes; default true. */
  readonly acl?: boolean
  readonly xattr?: boolean
  /** Opens encrypted files and verifies signatures. */
  readonly keys?: KeyRing | undefined
  /** Marks temporary names, so that two Jobs in one place do not meet: at most 32 of [A-Za-z0-9_-]. */
  readonly tag: string
  /** The time now, in milliseconds since the epoch. */
  readonly nowMs: number
  /** Where a long list of directories waits for its last step; default the system's temporary directory. */
  readonly workingDirectory?: string
}

export interface RestoredFile {
  readonly path: string
  readonly attributes: FileAttributes
}

export interface RestoreTotals {
  /** Files, directories, links and devices that were made. */
  readonly files: number
  /** Bytes of content that were written, holes not counted. */
  readonly bytes: number
  readonly errors: number
  /** Left as they were because of `replace`. */
  readonly skipped: number
}

/** All calls are synchronous. Feed one session's records in their order; two sessions at once need two restorers. */
export interface Restorer {
  /** Throws only what is a defect or a bad option; troubles of files go to `report`. */
  accept(record: RestoreRecord): void
  /** Ends the last file, then gives directories their owners, modes and times. */
  end(): RestoreTotals
  /** Gives up: the file in hand is removed, directories are finished, nothing more is written. */
  abort(): RestoreTotals
  readonly totals: RestoreTotals
  /** Name in the Job of the file in hand; empty between files. */
  readonly current: string
}

/** A restorer for one session. Throws CofferError `relocation-invalid` for a bad `regexWhere`. */
export function createRestorer(options: RestoreOptions): Restorer {
  return new RecordRestorer(options)
}

class RecordRestorer implements Restorer {
  readonly #options: RestoreOptions
  readonly #place: (path: string) => string
  readonly #chain: DirectoryChain
  readonly #ledger: DirectoryLedger
  readonly #rules: MetadataRules
  readonly #totals = { files: 0, bytes: 0, errors: 0, skipped: 0 }
  /** Files with several links, by their name in the Job. */
  readonly #links = new Map<string, FirstLink>()
  /** Directories that were made on the way and whose own records have not come. */
  readonly #made = new Set<string>()
  readonly #said = new Set<string>()
  #pending: PendingFile | undefined
  /** FileIndex of the last attribute record; records of others have lost theirs. */
  #fileIndex = 0
  #expected: DigestName | undefined
  #stopped = false

  constructor(options: RestoreOptions) {
    this.#options = options
    const { base, place } = compileRelocation(options)
    this.#place = place
    this.#ledger = new DirectoryLedger(options.workingDirectory)
    this.#chain = new DirectoryChain({
      base,
      startedAt: options.nowMs / 1000,
      made: (path) => this.#made.add(path),
    })
    this.#rules = {
      owner: options.owner ?? process.geteuid?.() === 0,
      acl: options.acl ?? true,
      xattr: options.xattr ?? true,
      posix: loadPosix().posix,
      accounts: localAccounts(),
    }
  }

  get totals(): RestoreTotals {
    return { ...this.#totals }
  }

  get current(): string {
    return this.#pending?.attributes.path ?? ''
  }

  accept(record: RestoreRecord): void {
    if (this.#stopped || record.fileIndex <= 0) return
    const stream = record.stream & STREAM_TYPE_MASK
    const data = asPath(record.data)
    if (isAttributeStream(stream)) {
      this.#finishPending()
      this.#begin(record.fileIndex, data)
    } else if (record.fileIndex !== this.#fileIndex) {
      this.#orphan(record.fileIndex)
    } else if (this.#pending !== undefined) {
      this.#continue(this.#pending, stream, data)
    }
  }

  end(): RestoreTotals {
    this.#finishPending()
    this.#stopped = true
    try {
      finishDirectories({
        ledger: this.#ledger,
        made: this.#made,
        chain: this.#chain,
        rules: this.#rules,
        warn: (path, text) => {
          this.#report('warning', path, text)
        },
      })
    } finally {
      this.#ledger.close()
      this.#chain.close()
    }
    return this.totals
  }

  abort(): RestoreTotals {
    this.#pending?.discard()
    this.#pending = undefined
    return this.end()
  }

  #begin(fileIndex: number, data: Buffer): void {
    this.#fileIndex = fileIndex
    let attributes: FileAttributes
    try {
      attributes = decodeAttributes(data)
    } catch (error) {
      this.#report('error', `FileIndex ${fileIndex}`, `FileIndex ${fileIndex}: ${messageOf(error)}`)
      return
    }
    if (this.#options.wants?.(attributes.path) === false) return
    const path = this.#place(attributes.path)
    this.#pending = new PendingFile({
      attributes,
      path,
      chain: this.#chain,
      ledger: this.#ledger,
      made: this.#made,
      rules: this.#rules,
      links: this.#links,
      replace: this.#options.replace,
      placeOf: this.#place,
      temporaryName: `.coffer-${this.#options.tag}-${fileIndex}`,
      expected: this.#expected,
      keys: this.#options.keys,
    })
    this.#attempt(this.#pending, (pending) => pending.begin())
  }

  #continue(pending: PendingFile, stream: number, data: Buffer): void {
    if (isDigestStream(stream)) {
      this.#expected = DIGEST_STREAMS.get(stream)
      pending.digest = { stream, value: Buffer.from(data) }
    } else if (isDataStream(stream)) {
      this.#attempt(pending, () => {
        const plain = plainData(stream, data)
        pending.write(plain.bytes, plain.offset)
        return undefined
      })
    } else if (isEncryptedStream(stream) || stream === STREAM.encryptedSessionData) {
      this.#attempt(pending, () => this.#decrypt(pending, stream, data))
    } else if (stream === STREAM.signedDigest) {
      pending.signature = Buffer.from(data)
    } else if (isAclStream(stream) || stream === STREAM.xattrLinux) {
      this.#keep(pending, { stream, data: Buffer.from(data) })
    } else {
      const reason = foreignReason(stream)
      if (reason !== undefined) this.#attempt(pending, () => reason)
    }
  }

  #decrypt(pending: PendingFile, stream: number, data: Buffer): string | undefined {
    if (pending.state !== 'open') return undefined
    if (stream === STREAM.encryptedSessionData) {
      const { keys } = this.#options
      if (keys === undefined) return 'its content is encrypted, and no keys are given here'
      const opener = keys.open(data, asPath(encodePath(pending.attributes.path)))
      pending.encrypted = new EncryptedContent(opener, ({ bytes, offset }) => {
        pending.write(bytes, offset)
      })
      return undefined
    }
    if (pending.encrypted === undefined) return 'the record with the key of its content is missing'
    pending.encrypted.accept(stream, data)
    return undefined
  }

  #keep(pending: PendingFile, payload: MetadataPayload): void {
    if (this.#rules.posix !== undefined) {
      pending.payloads.push(payload)
      return
    }
    const support = loadPosix()
    const reason = support.posix === undefined ? support.reason : ''
    this.#once(
      'warning',
      `access control lists and extended attributes are not restored: ${reason}`,
    )
  }

  #finishPending(): void {
    const pending = this.#pending
    this.#pending = undefined
    if (pending === undefined) return
    this.#attempt(pending, () => pending.finish())
    this.#totals.bytes += pending.writtenBytes
    for (const loss of pending.losses) this.#report('warning', pending.path, loss)
    if (pending.state === 'skipped') this.#totals.skipped += 1
    if (pending.state !== 'done') return
    this.#totals.files += 1
    this.#options.restored?.({ path: pending.path, attributes: pending.attributes })
  }

  /** Runs one step of a file; a failure, thrown or told, ends that file alone, except when the disk is full. */
  #attempt(pending: PendingFile, step: (pending: PendingFile) => string | undefined): void {
    if (pending.state === 'failed') return
    try {
      const reason = step(pending)
      if (reason !== undefined) this.#fail(pending, reason)
    } catch (error) {
      if (isOutOfSpace(error)) {
        this.#stopped = true
        pending.discard()
        const text = `no space for "${displayPath(pending.path)}": ERR=${errnoText(error)}`
        this.#report('fatal', pending.path, text)
        return
      }
      this.#fail(pending, failureText(error))
    }
  }

  #fail(pending: PendingFile, reason: string): void {
    const kept = pending.fail()
    const rest = kept === undefined ? '' : `; what there is of it is "${displayPath(kept)}"`
    const text = `"${displayPath(pending.path)}" is not restored: ${reason}${rest}`
    this.#report('error', pending.path, text)
  }

  #orphan(fileIndex: number): void {
    this.#finishPending()
    this.#fileIndex = fileIndex
    const text = `records of FileIndex ${fileIndex} without its attributes: the file is not restored`
    this.#report('error', `FileIndex ${fileIndex}`, text)
  }

  #once(kind: RestoreProblem['kind'], text: string): void {
    if (this.#said.has(text)) return
    this.#said.add(text)
    this.#report(kind, '', text)
  }

  #report(kind: RestoreProblem['kind'], path: string, text: string): void {
    if (kind === 'error' || kind === 'fatal') this.#totals.errors += 1
    this.#options.report({ kind, path, text })
  }
}

function failureText(error: unknown): string {
  const isOurs = (error as Partial<CofferError>).name === 'CofferError'
  return isOurs ? messageOf(error) : `ERR=${errnoText(error)}`
}
