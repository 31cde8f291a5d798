// The last step of a restore: owners, modes, lists and times of directories, when nothing goes into them any more.
import { chmodSync, closeSync, constants, openSync } from 'node:fs'
import { displayPath, messageOf } from '@coffer/core'
import { pathAt } from '../system/at.ts'
import { errnoText } from '../system/errno.ts'
import type { FileRef } from '../system/posix.ts'
import type { DirectoryChain } from './directory-chain.ts'
import type { DirectoryLedger } from './directory-ledger.ts'
import { applyMetadata, INHERITED_BY_DIRECTORY, type MetadataRules } from './metadata.ts'

export interface FinishOptions {
  readonly ledger: DirectoryLedger
  /** Directories that were made on the way without a record of their own: they get mode 0755. */
  readonly made: ReadonlySet<string>
  readonly chain: DirectoryChain
  readonly rules: MetadataRules
  readonly warn: (path: string, text: string) => void
}

const SELF = Buffer.from('.')

export function finishDirectories(options: FinishOptions): void {
  const { ledger, made, chain, rules, warn } = options
  for (const path of made) {
    const losses = attempt(() => {
      chmodSync(pathAt(chain.enter(path, false).fd, SELF), 0o755)
      return []
    })
    for (const loss of losses) warn(path, `"${displayPath(path)}": ${loss}`)
  }
  // Children were entered before their parents, so a parent that shuts nobody out is in the way of none.
  for (const { path, metadata } of ledger.entries()) {
    const losses = attempt(() => {
      const { fd, isNew } = chain.enter(path, false)
      const mayInherit = isNew ? [] : INHERITED_BY_DIRECTORY
      const target = { isLink: false, isOwned: false, hasMode: false, mayInherit }
      return withHandle(fd, (file) => applyMetadata({ ...target, file }, metadata, rules))
    })
    for (const loss of losses) warn(path, `"${displayPath(path)}": ${loss}`)
  }
}

/** A descriptor stays good when the new mode shuts us out; a directory that may not be read is reached by path. */
function withHandle<Result>(fd: number, use: (file: FileRef) => Result): Result {
  const path = pathAt(fd, SELF)
  let handle: number
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  } catch {
    return use(path)
  }
  try {
    return use(handle)
  } finally {
    closeSync(handle)
  }
}

function attempt(action: () => string[]): string[] {
  try {
    return action()
  } catch (error) {
    const isSystem = error instanceof Error && 'syscall' in error
    return [isSystem ? `mode and times not restored: ERR=${errnoText(error)}` : messageOf(error)]
  }
}
