// How .bvfs_* print a directory entry: tabs between values as text, an object with a readable stat as JSON.
import { decodeLstat, displayPath } from '@coffer/core'
import type { StoredVersion } from '../catalog/browse.ts'
import type { Json } from './output.ts'

/** What a directory has that was not saved itself, and what `..` has. */
const NO_LSTAT = Array.from({ length: 16 }, () => 'A').join(' ')

export interface BrowsedEntry {
  readonly type: 'D' | 'F'
  readonly pathId: number
  readonly fileId: number
  readonly jobId: number
  readonly lstat: string
  /** A directory's ends with a slash, but for `.` and `..`. */
  readonly name: string
  readonly fullPath: string
}

export function entryText(entry: BrowsedEntry): string {
  const { pathId, fileId, jobId, lstat, name } = entry
  return `${[pathId, fileId, jobId, lstatOr(lstat), displayPath(name)].join('\t')}\n`
}

export function entryFacts(entry: BrowsedEntry): Json {
  const lstat = lstatOr(entry.lstat)
  return {
    type: entry.type,
    pathid: entry.pathId,
    fileid: entry.fileId,
    jobid: entry.jobId,
    lstat,
    name: displayPath(entry.name),
    fullpath: displayPath(entry.fullPath),
    stat: statFacts(lstat),
  }
}

export function versionText(version: StoredVersion): string {
  const { pathId, fileId, jobId, lstat, digest, volume, inChanger } = version
  return `${[pathId, fileId, jobId, lstat, digest, volume, Number(inChanger)].join('\t')}\n`
}

export function versionFacts(version: StoredVersion): Json {
  return {
    type: 'V',
    pathid: version.pathId,
    fileid: version.fileId,
    jobid: version.jobId,
    lstat: version.lstat,
    md5: version.digest,
    volumename: version.volume,
    volinchanger: Number(version.inChanger),
    stat: statFacts(version.lstat),
  }
}

/** The numbers of an LStat under their names; an inode beyond 2^53 is text. */
export function statFacts(lstat: string): Record<string, string | number> {
  const stat = decodeLstat(lstat)
  const ino = Number(stat.ino)
  return {
    dev: stat.dev,
    ino: Number.isSafeInteger(ino) ? ino : String(stat.ino),
    mode: stat.mode,
    nlink: stat.nlink,
    uid: stat.uid,
    gid: stat.gid,
    rdev: stat.rdev,
    size: stat.size,
    atime: stat.atime,
    mtime: stat.mtime,
    ctime: stat.ctime,
  }
}

function lstatOr(lstat: string): string {
  return lstat === '' ? NO_LSTAT : lstat
}
