// Examines the records of one Job as they come from its Volumes: every file whole, its bytes those of its digest, its size
// what it should be. No content leaves this daemon.
import {
  CofferError,
  decodeAttributes,
  type DigestName,
  DIGEST_STREAMS,
  displayPath,
  FILE_TYPE,
  isAttributeStream,
  isCatalogStream,
  messageOf,
  RecordBatchBuilder,
  RecordCursor,
  STREAM,
  STREAM_TYPE_MASK,
} from '@coffer/core'
import {
  createDigest,
  type Digest,
  foreignReason,
  isDataStream,
  isDigestName,
  plainData,
} from '@coffer/files'
import type { RecordExaminer } from './restore-session.ts'
import type { RestoreStart } from './session-start.ts'

const ATTRIBUTE_BYTES = 256 * 1024
/** Only the Client has the key. */
const ENCRYPTED: ReadonlySet<number> = new Set([
  STREAM.encryptedSessionData,
  STREAM.encryptedData,
  STREAM.encryptedGzipData,
  STREAM.encryptedCompressedData,
])
const ENCRYPTED_TEXT = 'its content is encrypted'

/** Undefined when a file daemon is to read. Throws `protocol-violation` for a way of verifying that is not known. */
export function examinerOf({ verify, digests }: RestoreStart): RecordExaminer | undefined {
  switch (verify) {
    case '':
      return undefined
    case 'attributes':
      return new RecordCheck(undefined)
    case 'data':
      return new RecordCheck(digests.filter(isDigestName))
    default:
      throw new CofferError('protocol-violation', `"${verify}" is no way of verifying`)
  }
}

/** The file in hand. */
interface Open {
  readonly path: string
  readonly type: number
  readonly sizeBytes: number
  readonly digests: ReadonlyMap<DigestName, Digest>
  readonly volumes: string[]
  /** How far its content reaches. */
  endBytes: number
  hasDigest: boolean
  /** Its content cannot be looked into. */
  foreign: string | undefined
  fault: string | undefined
}

/** FileIndex ascends; without names of digests, content is passed over. */
export class RecordCheck implements RecordExaminer {
  readonly #digests: readonly DigestName[] | undefined
  readonly #attributes = new RecordBatchBuilder(ATTRIBUTE_BYTES)
  #ready: Uint8Array[] = []
  #findings: CofferError[] = []
  #fileIndex = 0
  #open: Open | undefined
  #checked = 0
  #bytes = 0
  #withoutDigest = 0
  readonly #foreign = new Map<string, number>()

  constructor(digests: readonly DigestName[] | undefined) {
    this.#digests = digests
  }

  take(batch: Buffer, volume: string): readonly CofferError[] {
    const cursor = new RecordCursor(batch)
    while (cursor.next()) {
      if (cursor.fileIndex <= 0) continue
      if (isCatalogStream(cursor.stream)) this.#keepAttributes(cursor)
      if (this.#digests !== undefined) this.#accept(cursor, volume)
    }
    return this.#takeFindings()
  }

  end(): readonly CofferError[] {
    this.#finish()
    return this.#takeFindings()
  }

  takeAttributes(): Uint8Array {
    if (this.#attributes.usedBytes > 0) this.#ready.push(Uint8Array.from(this.#attributes.take()))
    const all = Buffer.concat(this.#ready)
    this.#ready = []
    return all
  }

  remarks(): readonly string[] {
    if (this.#digests === undefined) return []
    const lines = [`The content of ${this.#checked} files was read: ${this.#bytes} bytes.`]
    if (this.#withoutDigest > 0) {
      lines.push(`${this.#withoutDigest} files have no digest: their sizes were checked.`)
    }
    for (const [reason, count] of this.#foreign) {
      lines.push(`${count} files could not be looked into: ${reason}.`)
    }
    return lines
  }

  #keepAttributes(cursor: RecordCursor): void {
    const data = cursor.data()
    if (!this.#attributes.fits(data.length)) {
      this.#ready.push(Uint8Array.from(this.#attributes.take()))
    }
    this.#attributes.append(cursor.fileIndex, cursor.stream, data)
  }

  #accept(cursor: RecordCursor, volume: string): void {
    const stream = cursor.stream & STREAM_TYPE_MASK
    if (isAttributeStream(stream)) {
      this.#finish()
      this.#begin(cursor)
    } else if (cursor.fileIndex !== this.#fileIndex) this.#orphan(cursor.fileIndex, volume)
    const open = this.#open
    if (open === undefined) return
    if (open.volumes.at(-1) !== volume) open.volumes.push(volume)
    const digest = DIGEST_STREAMS.get(stream)
    if (digest !== undefined) this.#compare(open, digest, cursor.data())
    else if (isDataStream(stream)) this.#read(open, stream, cursor.data())
    else open.foreign ??= ENCRYPTED.has(stream) ? ENCRYPTED_TEXT : foreignReason(stream)
  }

  #begin(cursor: RecordCursor): void {
    this.#fileIndex = cursor.fileIndex
    try {
      const { path, type, stat } = decodeAttributes(cursor.data())
      this.#open = {
        path,
        type,
        sizeBytes: stat.size,
        digests: new Map((this.#digests ?? []).map((name) => [name, createDigest(name)])),
        volumes: [],
        endBytes: 0,
        hasDigest: false,
        foreign: undefined,
        fault: undefined,
      }
    } catch (error) {
      this.#find(`FileIndex ${cursor.fileIndex}`, [], messageOf(error))
    }
  }

  #orphan(fileIndex: number, volume: string): void {
    this.#finish()
    this.#fileIndex = fileIndex
    this.#find(`FileIndex ${fileIndex}`, [volume], 'its attributes are lost')
  }

  #read(open: Open, stream: number, data: Buffer): void {
    if (open.fault !== undefined) return
    try {
      const { offset = open.endBytes, bytes } = plainData(stream, data)
      for (const digest of open.digests.values()) digest.update(bytes)
      open.endBytes = Math.max(open.endBytes, offset + bytes.length)
      this.#bytes += bytes.length
    } catch (error) {
      open.fault = messageOf(error)
    }
  }

  #compare(open: Open, name: DigestName, stored: Buffer): void {
    open.hasDigest = true
    if (open.foreign !== undefined || open.fault !== undefined) return
    const computed = open.digests.get(name)?.finish()
    if (computed === undefined)
      open.fault = `its digest is ${name}, which the Catalog does not know of`
    else if (!computed.equals(stored)) {
      const sizes =
        open.endBytes === open.sizeBytes ? '' : ` (${open.endBytes} of ${open.sizeBytes} bytes)`
      open.fault = `its content does not have the ${name} digest that was stored with it${sizes}`
    }
  }

  #finish(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    if (open.foreign !== undefined) {
      this.#foreign.set(open.foreign, (this.#foreign.get(open.foreign) ?? 0) + 1)
    } else if (open.type === FILE_TYPE.regular || open.endBytes > 0) this.#finishContent(open)
    if (open.fault !== undefined)
      this.#find(`"${displayPath(open.path)}"`, open.volumes, open.fault)
  }

  #finishContent(open: Open): void {
    this.#checked += 1
    if (open.hasDigest) return
    this.#withoutDigest += 1
    if (open.type !== FILE_TYPE.regular || open.endBytes === open.sizeBytes) return
    open.fault ??= `${open.endBytes} of its ${open.sizeBytes} bytes are there, and no digest`
  }

  #find(what: string, volumes: readonly string[], why: string): void {
    const names = volumes.map((name) => `"${name}"`).join(' and ')
    const where = volumes.length === 0 ? '' : ` (Volume ${names})`
    this.#findings.push(new CofferError('stored-file-damaged', `${what}${where}: ${why}`))
  }

  #takeFindings(): readonly CofferError[] {
    const findings = this.#findings
    this.#findings = []
    return findings
  }
}
