// Owner, mode, access control lists, extended attributes and times of a file that was restored.
import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync } from 'node:fs'
import { displayPath, type FileStat, STREAM, type TimeFraction } from '@coffer/core'
import { decodeAcl } from '../payload/acl-text.ts'
import { decodeXattrs } from '../payload/xattr-list.ts'
import type { Accounts } from '../system/accounts.ts'
import { asPath } from '../system/at.ts'
import { errnoText } from '../system/errno.ts'
import type { FileRef, Posix } from '../system/posix.ts'

/** A list or attributes record of one file, copied. */
export interface MetadataPayload {
  readonly stream: number
  readonly data: Buffer
}

export interface Metadata {
  readonly stat: FileStat
  readonly fraction: TimeFraction | undefined
  readonly payloads: readonly MetadataPayload[]
}

export interface MetadataRules {
  readonly owner: boolean
  readonly acl: boolean
  readonly xattr: boolean
  /** Absent without koffi. */
  readonly posix: Posix | undefined
  readonly accounts: Accounts
}

export interface MetadataTarget {
  /** Descriptor of a file or directory, or path bytes of anything. */
  readonly file: FileRef
  readonly isLink: boolean
  /** Its owner is the saved one already. */
  readonly isOwned: boolean
  /** Its mode is the saved one already. */
  readonly hasMode: boolean
  /** Names of access control lists that it may have got from its directory. */
  readonly mayInherit: readonly Buffer[]
}

const ACL_NAMES: ReadonlyMap<number, Buffer> = new Map([
  [STREAM.aclLinuxAccess, Buffer.from('system.posix_acl_access')],
  [STREAM.aclLinuxDefault, Buffer.from('system.posix_acl_default')],
])
/** What a directory with a default list gives to a new directory, and to any other new file. */
export const INHERITED_BY_DIRECTORY: readonly Buffer[] = [...ACL_NAMES.values()]
export const INHERITED_BY_FILE: readonly Buffer[] = [Buffer.from('system.posix_acl_access')]

export function isAclStream(stream: number): boolean {
  return ACL_NAMES.has(stream)
}

/**
 * Applies all of it, in the order in which one step does not undo another: a new owner clears setuid bits and
 * capabilities, times come last. Returns what could not be done, in words; the other steps are done nevertheless.
 */
export function applyMetadata(
  target: MetadataTarget,
  metadata: Metadata,
  rules: MetadataRules,
): string[] {
  const losses: string[] = []
  const attempt = (what: string, action: () => void): void => {
    try {
      action()
    } catch (error) {
      losses.push(`${what}: ERR=${errnoText(error)}`)
    }
  }
  const { stat } = metadata
  if (rules.owner && !target.isOwned) {
    attempt('owner not restored', () => {
      setOwner(target.file, stat)
    })
  }
  if (!target.isLink && !target.hasMode) {
    attempt('mode not restored', () => {
      setMode(target.file, keptMode(stat, rules.owner))
    })
  }
  removeInherited(target, metadata.payloads, rules)
  for (const payload of metadata.payloads) applyPayload(target, payload, rules, attempt)
  attempt('times not restored', () => {
    setTimes(target, metadata, rules.posix)
  })
  return losses
}

type Attempt = (what: string, action: () => void) => void

function applyPayload(
  target: MetadataTarget,
  { stream, data }: MetadataPayload,
  rules: MetadataRules,
  attempt: Attempt,
): void {
  const { posix } = rules
  if (posix === undefined) return
  const aclName = ACL_NAMES.get(stream)
  if (aclName !== undefined) {
    if (!rules.acl) return
    attempt('access control list not restored', () => {
      posix.setXattr(target.file, aclName, decodeAcl(data, rules.accounts))
    })
    return
  }
  if (!rules.xattr) return
  attempt('extended attributes not restored', () => {
    for (const { name, value } of decodeXattrs(data)) {
      attempt(
        `extended attribute "${displayPath(asPath(name).toString('latin1'))}" not restored`,
        () => {
          posix.setXattr(target.file, name, value)
        },
      )
    }
  })
}

/** Whoever may not give a file away does not make it setuid either. */
function keptMode(stat: FileStat, owner: boolean): number {
  const mode = stat.mode & 0o7777
  return owner || stat.uid === process.geteuid?.() ? mode : mode & 0o1777
}

function setOwner(file: FileRef, stat: FileStat): void {
  if (typeof file === 'number') fchownSync(file, stat.uid, stat.gid)
  else lchownSync(asPath(file), stat.uid, stat.gid)
}

function setMode(file: FileRef, mode: number): void {
  if (typeof file === 'number') fchmodSync(file, mode)
  else chmodSync(asPath(file), mode)
}

function setTimes(target: MetadataTarget, metadata: Metadata, posix: Posix | undefined): void {
  const { stat, fraction } = metadata
  const atimeNs = fraction?.atimeNs ?? 0
  const mtimeNs = fraction?.mtimeNs ?? 0
  if (posix !== undefined) {
    posix.setTimes(target.file, { atime: stat.atime, atimeNs, mtime: stat.mtime, mtimeNs })
    return
  }
  const atime = stat.atime + atimeNs / 1e9
  const mtime = stat.mtime + mtimeNs / 1e9
  if (typeof target.file === 'number') futimesSync(target.file, atime, mtime)
  else lutimesSync(asPath(target.file), atime, mtime)
}

// What was saved without a list has none, whatever the directory gave it.
function removeInherited(
  { file, mayInherit }: MetadataTarget,
  payloads: readonly MetadataPayload[],
  { posix, acl }: MetadataRules,
): void {
  if (posix === undefined || !acl) return
  for (const name of mayInherit) {
    if (payloads.some(({ stream }) => ACL_NAMES.get(stream)?.equals(name) === true)) continue
    try {
      posix.removeXattr(file, name)
    } catch {
      // It has none, as it should.
    }
  }
}
