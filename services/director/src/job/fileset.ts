// A FileSet resource as the Catalog and as a file daemon want it: its fingerprint, and its message with lists resolved.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { CofferError, decodePath, encodePath, messageOf, showResourceOf } from '@coffer/core'
import { commandComplaint, splitCommand } from '@coffer/daemon'
import type { FileOptionsInit, FileSetInit, IncludeInit } from '@coffer/wire'
import {
  type FileSetOptions,
  type FileSetResource,
  fileSetType,
} from '../config/fileset-resource.ts'
import type { CommandRunner } from './ports.ts'

/** What the table fileset keeps. The MD5 covers the File lists of Include and Exclude and nothing else. */
export function filesetIdentity(fileset: FileSetResource): {
  readonly name: string
  readonly md5: string
  readonly text: string
} {
  const hash = createHash('md5')
  for (const include of fileset.includes) for (const file of include.files) hash.update(named(file))
  hash.update('\0')
  for (const file of fileset.excludes) hash.update(named(file))
  const md5 = hash.digest('base64').replace(/=+$/, '')
  return { name: fileset.name, md5, text: showResourceOf(fileSetType, fileset) }
}

function named(file: string): Uint8Array {
  return encodePath(`${file}\0`)
}

/** They travel in pieces, and are held in memory once. */
const MAXIMUM_LIST_BYTES = 64 * 1024 * 1024

export interface FilesetAccess {
  /** With "no" the storage wants nothing compressed. */
  readonly allowCompression: boolean
  /** Whose tools are to read the Volumes: "bareos" or "bacula". */
  readonly volumeFamily?: string
  readonly runCommand: CommandRunner
  readonly signal: AbortSignal
}

/**
 * The FileSet for a file daemon: `<file` and `|command` entries replaced by the lines they give here; `\<` and `\|` ones
 * stay, they are the file daemon's. Throws `fileset-list-failed`.
 */
export async function filesetMessage(
  fileset: FileSetResource,
  access: FilesetAccess,
): Promise<FileSetInit> {
  const includes: IncludeInit[] = []
  for (const include of fileset.includes) {
    includes.push({
      options: include.options.map((options) => optionsMessage(options, access)),
      files: await resolveEntries(include.files, access),
      plugins: include.plugins,
      excludeDirContaining: include.excludeDirContaining,
    })
  }
  const excludes = await resolveEntries(fileset.excludes, access)
  return { name: fileset.name, includes, excludes }
}

function optionsMessage(options: FileSetOptions, access: FilesetAccess): FileOptionsInit {
  return {
    ...options,
    size: options.size ?? null,
    compression: access.allowCompression ? compressionFor(options.compression, access) : '',
    compressionLevel: access.allowCompression ? options.compressionLevel : 0,
  }
}

/** Bacula reads a bare zlib stream, and no compressed record with a header of Bareos's. */
function compressionFor(compression: string, { volumeFamily }: FilesetAccess): string {
  return volumeFamily === 'bacula' && compression === 'GZIP' ? 'ZLIB' : compression
}

async function resolveEntries(
  entries: readonly string[],
  access: FilesetAccess,
): Promise<Uint8Array[]> {
  const resolved: string[][] = []
  for (const entry of entries) {
    if (entry.startsWith('<')) resolved.push(await linesOfFile(entry.slice(1)))
    else if (entry.startsWith('|')) resolved.push(await linesOfCommand(entry.slice(1), access))
    else resolved.push([entry])
  }
  return resolved.flat().map(encodePath)
}

async function linesOfFile(path: string): Promise<string[]> {
  const bytes = await readList(path)
  if (bytes.length > MAXIMUM_LIST_BYTES) {
    throw new CofferError('fileset-list-failed', `the list "${path}" is too long`)
  }
  return linesOf(bytes)
}

async function readList(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const text = `cannot read the list "${path}": ${messageOf(error)}`
    throw new CofferError('fileset-list-failed', text, { cause: error })
  }
}

async function linesOfCommand(
  command: string,
  { runCommand, signal }: FilesetAccess,
): Promise<string[]> {
  const [program = '', ...args] = splitCommand(command)
  const result = await runCommand({
    argv: [program, ...args],
    signal,
    keepBytes: MAXIMUM_LIST_BYTES,
  })
  const complaint = result.truncated ? 'its list is too long' : commandComplaint(result)
  if (complaint !== undefined) {
    throw new CofferError(
      'fileset-list-failed',
      `the list command "${command}" failed: ${complaint}`,
    )
  }
  return linesOf(result.stdoutTail)
}

function linesOf(bytes: Uint8Array): string[] {
  return decodePath(bytes)
    .split(/\r?\n/)
    .filter((line) => line !== '')
}
