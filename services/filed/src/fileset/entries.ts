// Entries of a FileSet that name lists on this machine: a file with one path per line, or a command that prints them.
import { readFile } from 'node:fs/promises'
import { CofferError, decodePath, encodePath } from '@coffer/core'
import { type CommandOptions, type CommandResult, splitCommand } from '@coffer/daemon'
import { asPath, errnoText } from '@coffer/files'
import type { FileSet } from '@coffer/wire'

export interface ListAccess {
  readonly runCommand: (options: CommandOptions) => Promise<CommandResult>
  readonly signal: AbortSignal
}

const MAX_LIST_BYTES = 64 * 1024 * 1024
const TIMEOUT_MS = 10 * 60_000

/** The FileSet with `\<file` and `\|command` entries replaced by the lines they give. Throws `fileset-list-unreadable`. */
export async function resolveEntries(fileset: FileSet, access: ListAccess): Promise<FileSet> {
  const includes: FileSet['includes'][number][] = []
  for (const include of fileset.includes) {
    includes.push({ ...include, files: await resolveList(include.files, access) })
  }
  return { ...fileset, includes, excludes: await resolveList(fileset.excludes, access) }
}

async function resolveList(entries: readonly Buffer[], access: ListAccess): Promise<Buffer[]> {
  const resolved: Buffer[] = []
  for (const entry of entries) {
    const match = /^\\{1,2}([<|])(.*)$/su.exec(decodePath(entry))
    if (match === null) resolved.push(entry)
    else {
      const [, sign, rest = ''] = match
      const list = sign === '<' ? await readList(rest) : await runList(rest, access)
      for (const line of linesOf(list)) resolved.push(line)
    }
  }
  return resolved
}

async function readList(file: string): Promise<Uint8Array> {
  try {
    const list = await readFile(asPath(encodePath(file)))
    if (list.length > MAX_LIST_BYTES) throw unreadable(`the list "${file}" is too long`)
    return list
  } catch (error) {
    if (error instanceof CofferError) throw error
    throw unreadable(`cannot read the list "${file}": ERR=${errnoText(error)}`, error)
  }
}

async function runList(command: string, access: ListAccess): Promise<Uint8Array> {
  const [program = '', ...args] = splitCommand(command)
  const result = await access.runCommand({
    argv: [program, ...args],
    signal: access.signal,
    timeoutMs: TIMEOUT_MS,
    keepBytes: MAX_LIST_BYTES,
  })
  const complaint = complaintOf(result)
  if (complaint !== undefined) {
    throw unreadable(`the command "${command}" that lists files failed: ${complaint}`)
  }
  return result.stdoutTail
}

function complaintOf(result: CommandResult): string | undefined {
  if (result.truncated) return 'its list is too long'
  if (result.timedOut) return 'it took too long'
  if (result.aborted) return 'the Job was cancelled'
  if (result.exitCode === 0) return undefined
  const last = decodePath(result.stderrTail).trimEnd().split('\n').at(-1) ?? ''
  const how = result.signal ?? `exit code ${result.exitCode ?? 'unknown'}`
  return last === '' ? how : `${how}, ${last}`
}

function linesOf(list: Uint8Array): Buffer[] {
  const bytes = asPath(list)
  const lines: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    const until = end < 0 ? bytes.length : end
    const stop = bytes[until - 1] === 13 ? until - 1 : until
    if (stop > at) lines.push(bytes.subarray(at, stop))
    at = until + 1
  }
  return lines
}

function unreadable(text: string, cause?: unknown): CofferError {
  return new CofferError('fileset-list-unreadable', text, { cause })
}
