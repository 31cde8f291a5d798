// One file between its attribute record and the next: what it is to be, where, and how far it has come.
import { linkSync, lstatSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import {
  CofferError,
  type DigestName,
  displayPath,
  encodePath,
  FILE_TYPE,
  type FileAttributes,
} from '@coffer/core'
import { asPath, closeQuietly, openDirectory, pathAt } from '../system/at.ts'
import { errnoCode } from '../system/errno.ts'
import { ContentFile } from './content-file.ts'
import { readUmask } from '../system/umask.ts'
import type { DirectoryChain, OpenDirectory } from './directory-chain.ts'
import type { DirectoryLedger } from './directory-ledger.ts'
import type { EncryptedContent } from './encrypted-content.ts'
import type { KeyRing } from '../pki/key-ring.ts'
import {
  applyMetadata,
  INHERITED_BY_FILE,
  type MetadataPayload,
  type MetadataRules,
  type MetadataTarget,
} from './metadata.ts'
import { mayReplace, type ReplacePolicy } from './replace.ts'

export interface PendingOptions {
  readonly attributes: FileAttributes
  /** Its place. */
  readonly path: string
  readonly chain: DirectoryChain
  readonly ledger: DirectoryLedger
  readonly made: Set<string>
  readonly rules: MetadataRules
  readonly links: Map<string, FirstLink>
  readonly replace: ReplacePolicy
  readonly placeOf: (path: string) => string
  readonly temporaryName: string
  readonly expected: DigestName | undefined
  /** Verifies signatures; without it they are not looked at. */
  readonly keys: KeyRing | undefined
}

/** Where the first of several links went, and which file it is there. */
export interface FirstLink {
  readonly place: string
  readonly identity: string
}

type Kind = 'file' | 'directory' | 'symlink' | 'special' | 'hardlink' | 'nothing'
/** `ignored`: the record says only that something is not there. */
export type PendingState = 'open' | 'done' | 'failed' | 'skipped' | 'ignored'

const KINDS: ReadonlyMap<number, Kind> = new Map([
  [FILE_TYPE.linkSaved, 'hardlink'],
  [FILE_TYPE.regularEmpty, 'file'],
  [FILE_TYPE.regular, 'file'],
  [FILE_TYPE.symlink, 'symlink'],
  [FILE_TYPE.directoryEnd, 'directory'],
  [FILE_TYPE.noRecurse, 'directory'],
  [FILE_TYPE.noFsChange, 'directory'],
  [FILE_TYPE.invalidFs, 'directory'],
  [FILE_TYPE.invalidDriveType, 'directory'],
  [FILE_TYPE.special, 'special'],
  // What came out of a fifo becomes a file: nobody may be there to read it again.
  [FILE_TYPE.fifo, 'file'],
  [FILE_TYPE.deleted, 'nothing'],
  [FILE_TYPE.directoryBegin, 'nothing'],
])
const DAMAGED = '.damaged'
const MAX_NAME_BYTES = 255
const S_IFMT = 0o170000
const S_IFSOCK = 0o140000
const SELF = Buffer.from('.')
const EUID = process.geteuid?.() ?? -1
const EGID = process.getegid?.() ?? -1
const UMASK = readUmask()

export class PendingFile {
  readonly attributes: FileAttributes
  readonly path: string
  readonly payloads: MetadataPayload[] = []
  /** What the file lost although it is there. */
  readonly losses: string[] = []
  digest: { readonly stream: number; readonly value: Buffer } | undefined
  /** The record that signs its content. */
  signature: Buffer | undefined
  /** Set when its content is encrypted. */
  encrypted: EncryptedContent | undefined
  state: PendingState = 'open'
  readonly #options: PendingOptions
  readonly #kind: Kind | undefined
  #content: ContentFile | undefined

  constructor(options: PendingOptions) {
    this.#options = options
    this.attributes = options.attributes
    this.path = options.path.replace(/(?!^)\/+$/u, '')
    this.#kind = KINDS.get(options.attributes.type)
  }

  get writtenBytes(): number {
    return this.#content?.writtenBytes ?? 0
  }

  /** Returns why the file cannot be restored; throws system errors and `path-refused`, as all methods here. */
  begin(): string | undefined {
    const { type } = this.attributes
    if (this.#kind === undefined) return `it is of type ${type}, which cannot be restored here`
    if (this.#kind === 'nothing') this.state = 'ignored'
    if (this.#kind !== 'file') return undefined
    if (!this.#isWanted()) return undefined
    const { stat } = this.attributes
    this.#content = new ContentFile({
      path: this.#temporary(),
      mode: this.#canCreateWithMode() ? stat.mode & 0o777 : 0o600,
      punch: stat.blocks * 512 < stat.size,
      expected: stat.size > 0 ? this.#options.expected : undefined,
    })
    return undefined
  }

  write(data: Buffer, offset: number | undefined): void {
    if (this.state === 'open') this.#content?.write(data, offset)
  }

  /** Makes the file what it is to be, under its name; returns why it cannot. */
  finish(): string | undefined {
    if (this.state !== 'open') return undefined
    this.encrypted?.finish()
    switch (this.#kind) {
      case 'file':
        return this.#finishFile()
      case 'directory':
        return this.#finishDirectory()
      case 'symlink':
      case 'special':
      case 'hardlink':
        return this.#isWanted() ? this.#finishNode(this.#kind) : undefined
      default:
        return undefined
    }
  }

  /** Gives up. Content that is there is kept under a name that says so; returns that place. */
  fail(): string | undefined {
    const content = this.#content
    this.state = 'failed'
    this.#content = undefined
    if (content === undefined) return undefined
    if (content.sizeBytes === 0) {
      content.discard()
      return undefined
    }
    try {
      content.close()
      const name = damagedName(nameOf(this.path))
      renameSync(this.#temporary(), pathAt(this.#parent().fd, name))
      return `${directoryOf(this.path)}/${name.toString('utf8')}`
    } catch {
      return undefined
    }
  }

  discard(): void {
    this.#content?.discard()
    this.#content = undefined
    this.state = 'failed'
  }

  #finishFile(): string | undefined {
    const content = this.#content
    if (content === undefined) return undefined
    content.complete()
    const bad = this.#contentFault(content)
    if (bad !== undefined) return bad
    this.#apply({
      file: content.fd,
      isLink: false,
      isOwned: this.#isOwned(),
      hasMode: this.#canCreateWithMode(),
      mayInherit: this.#parent().isNew ? [] : INHERITED_BY_FILE,
    })
    try {
      renameSync(this.#temporary(), this.#final())
    } catch (error) {
      // It is sound, but there is no place for it.
      this.discard()
      throw error
    }
    content.close()
    this.#rememberLink()
    this.state = 'done'
    return undefined
  }

  /** Why the content is not what was saved. */
  #contentFault(content: ContentFile): string | undefined {
    const { digest, attributes } = this
    const { size } = attributes.stat
    if (digest !== undefined && !content.matches(digest.stream, digest.value)) {
      return 'its content does not have the digest that was stored with it'
    }
    const forged = this.#signatureFault(content)
    if (forged !== undefined) return forged
    if (content.sizeBytes === size || attributes.type === FILE_TYPE.fifo) return undefined
    const sizes = `${content.sizeBytes} bytes instead of ${size}`
    if (digest === undefined && content.sizeBytes < size) return `it is cut short: ${sizes}`
    this.losses.push(`"${displayPath(this.path)}" has ${sizes}: it changed while it was saved`)
    return undefined
  }

  /** Why its signature is not that of its content; a signature that cannot be verified is a loss. */
  #signatureFault(content: ContentFile): string | undefined {
    const { keys } = this.#options
    if (keys === undefined) return undefined
    if (this.signature === undefined) {
      if (keys.expectsSignatures) {
        this.losses.push(`"${displayPath(this.path)}" is not signed: anybody may have written it`)
      }
      return undefined
    }
    const verdict = keys.verify(this.signature, (name) => content.digestOf(name))
    if (verdict === 'bad') return 'its content does not have the signature that was stored with it'
    if (verdict !== 'good') {
      const signer = `"${displayPath(this.path)}" is signed with the key ${verdict.unknown}`
      this.losses.push(`${signer}, which is not known here: the signature is not verified`)
    }
    return undefined
  }

  #finishDirectory(): string | undefined {
    const { chain, ledger, made, replace } = this.#options
    const directory = this.#openDirectory(chain)
    if (replace === 'never' && !directory.isNew) {
      this.state = 'skipped'
      return undefined
    }
    const { stat, fraction } = this.attributes
    ledger.add({ path: this.path, metadata: { stat, fraction, payloads: this.payloads } })
    made.delete(this.path)
    this.state = 'done'
    return undefined
  }

  #openDirectory(chain: DirectoryChain): OpenDirectory {
    try {
      return chain.enter(this.path)
    } catch (error) {
      if (errnoCode(error) !== 'path-refused' || this.#options.replace !== 'always') throw error
      // Something else has its name; when it is the way that is refused this throws again.
      unlinkSync(this.#final())
      return chain.enter(this.path)
    }
  }

  #finishNode(kind: 'symlink' | 'special' | 'hardlink'): string | undefined {
    const temporary = this.#temporary()
    const reason = this.#make(kind, temporary)
    if (reason !== undefined) return reason
    try {
      if (kind !== 'hardlink') {
        const isLink = kind === 'symlink'
        const mayInherit = isLink || this.#parent().isNew ? [] : INHERITED_BY_FILE
        const isOwned = this.#isOwned()
        this.#apply({ file: temporary, isLink, isOwned, hasMode: false, mayInherit })
      }
      renameSync(temporary, this.#final())
    } finally {
      // Renaming one of two links to the same file to the other leaves both: this one has done its work.
      if (kind === 'hardlink') unlinkQuietly(temporary)
    }
    if (kind === 'special') this.#rememberLink()
    this.state = 'done'
    return undefined
  }

  #make(kind: 'symlink' | 'special' | 'hardlink', path: Buffer): string | undefined {
    if (kind === 'hardlink') return this.#makeLink(path)
    unlinkQuietly(path)
    if (kind === 'symlink') {
      symlinkSync(asPath(encodePath(this.attributes.link)), path)
      return undefined
    }
    const { mode, rdev } = this.attributes.stat
    if ((mode & S_IFMT) === S_IFSOCK) return 'it is a socket, which the program that listens makes'
    const { posix } = this.#options.rules
    if (posix === undefined) return 'fifos and devices cannot be made without koffi'
    posix.makeNode(path, (mode & S_IFMT) | 0o600, rdev)
    return undefined
  }

  #makeLink(path: Buffer): string | undefined {
    const { link } = this.attributes
    const first = this.#options.links.get(link)
    if (first === undefined) {
      return `it is a hard link to "${displayPath(link)}", which was not restored before it`
    }
    // The chain holds one directory; the other is held here.
    const holder = this.#options.chain.enter(directoryOf(first.place))
    const fd = openDirectory(pathAt(holder.fd, SELF), false)
    try {
      const from = pathAt(fd, nameOf(first.place))
      if (identityOf(from) !== first.identity) {
        return `it is a hard link to "${displayPath(first.place)}", which somebody has replaced`
      }
      this.#parent()
      unlinkQuietly(path)
      linkSync(from, path)
      return undefined
    } finally {
      closeQuietly(fd)
    }
  }

  /** Whether the file is to be made, as far as what is there already lets it. */
  #isWanted(): boolean {
    const { replace } = this.#options
    if (replace === 'always') return true
    const existing = findModificationTime(this.#final())
    if (mayReplace(replace, existing, this.attributes.stat.mtime)) return true
    this.state = 'skipped'
    this.#rememberLink()
    return false
  }

  /** Further links may come: they are made to this file, as long as it is this file. */
  #rememberLink(): void {
    if (this.attributes.stat.nlink < 2) return
    const identity = identityOf(this.#final())
    this.#options.links.set(this.attributes.path, { place: this.path, identity })
  }

  #apply(target: MetadataTarget): void {
    const { stat, fraction } = this.attributes
    const metadata = { stat, fraction, payloads: this.payloads }
    for (const loss of applyMetadata(target, metadata, this.#options.rules)) {
      this.losses.push(`"${displayPath(this.path)}": ${loss}`)
    }
  }

  #isOwned(): boolean {
    const { uid, gid } = this.attributes.stat
    return uid === EUID && gid === EGID && !this.#parent().setsGroup
  }

  /** Created with its final mode: nobody sees more of it under its temporary name than under its own. */
  #canCreateWithMode(): boolean {
    const { mode } = this.attributes.stat
    return this.#isOwned() && this.#parent().isNew && (mode & (UMASK | 0o7000)) === 0
  }

  #parent(): OpenDirectory {
    return this.#options.chain.enter(directoryOf(this.path))
  }

  #temporary(): Buffer {
    return pathAt(this.#parent().fd, Buffer.from(this.#options.temporaryName))
  }

  #final(): Buffer {
    return pathAt(this.#parent().fd, nameOf(this.path))
  }
}

/** "" for a name at the root, as the base of a restore in place is. */
function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

function nameOf(path: string): Buffer {
  const name = path.slice(path.lastIndexOf('/') + 1)
  // "." and ".." are refused for directories; as a file's name they would be one.
  if (name === '' || name === '.' || name === '..') throw refusedName(name)
  return asPath(encodePath(name))
}

function damagedName(name: Buffer): Buffer {
  const room = MAX_NAME_BYTES - DAMAGED.length
  return Buffer.concat([name.subarray(0, room), Buffer.from(DAMAGED)])
}

function identityOf(path: Buffer): string {
  const { dev, ino } = lstatSync(path, { bigint: true })
  return `${dev}:${ino}`
}

function findModificationTime(path: Buffer): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat === undefined ? undefined : Math.floor(stat.mtimeMs / 1000)
}

function unlinkQuietly(path: Buffer): void {
  try {
    unlinkSync(path)
  } catch {
    // It was not there, or stays under a name that says what it is.
  }
}

function refusedName(name: string): CofferError {
  return new CofferError('path-refused', `"${name}" is no file's name`)
}
