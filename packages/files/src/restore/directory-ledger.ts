// What directories still have to get at the end of a restore: until then files go into them and change their times.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileStat, TimeFraction } from '@coffer/core'
import type { Metadata } from './metadata.ts'

export interface DirectoryEntry {
  /** Its place; text as core `decodePath` makes it. */
  readonly path: string
  readonly metadata: Metadata
}

const MEMORY_BYTES = 4 * 1024 * 1024
const READ_BYTES = 256 * 1024

/** A list in order of adding. Beyond 4 MiB it goes to a file without a name. */
export class DirectoryLedger {
  readonly #workingDirectory: string
  #lines: string[] = []
  #lineBytes = 0
  #fd: number | undefined
  #fileBytes = 0

  constructor(workingDirectory: string = tmpdir()) {
    this.#workingDirectory = workingDirectory
  }

  add(entry: DirectoryEntry): void {
    const line = JSON.stringify(entry, toJson)
    this.#lines.push(line)
    this.#lineBytes += line.length * 2
    if (this.#lineBytes > MEMORY_BYTES) this.#spill()
  }

  /** All entries, oldest first. */
  *entries(): Generator<DirectoryEntry> {
    for (const line of this.#fileLines()) yield parseEntry(line)
    for (const line of this.#lines) yield parseEntry(line)
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
    this.#lines = []
  }

  #spill(): void {
    this.#fd ??= openNameless(this.#workingDirectory)
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`)
    for (let at = 0; at < bytes.length; ) {
      const written = writeSync(this.#fd, bytes, at, bytes.length - at, this.#fileBytes)
      at += written
      this.#fileBytes += written
    }
    this.#lines = []
    this.#lineBytes = 0
  }

  *#fileLines(): Generator<string> {
    if (this.#fd === undefined) return
    const chunk = Buffer.allocUnsafe(READ_BYTES)
    let rest = Buffer.alloc(0)
    for (let at = 0; at < this.#fileBytes; ) {
      const size = readSync(this.#fd, chunk, 0, chunk.length, at)
      if (size === 0) return
      at += size
      let text = Buffer.concat([rest, chunk.subarray(0, size)])
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
        yield text.toString('utf8', 0, end)
        text = text.subarray(end + 1)
      }
      rest = text
    }
  }
}

function openNameless(workingDirectory: string): number {
  const directory = mkdtempSync(join(workingDirectory, 'coffer-restore-'))
  try {
    return openSync(join(directory, 'directories'), 'wx+', 0o600)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function toJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? undefined : value
}

interface StoredPayload {
  readonly stream: number
  /** What JSON makes of a Buffer. */
  readonly data: { readonly data: readonly number[] }
}
interface StoredEntry {
  readonly path: string
  readonly metadata: {
    readonly stat: Omit<FileStat, 'ino'>
    readonly fraction?: TimeFraction
    readonly payloads: readonly StoredPayload[]
  }
}

function parseEntry(line: string): DirectoryEntry {
  const { path, metadata } = JSON.parse(line) as StoredEntry
  return {
    path,
    metadata: {
      stat: { ...metadata.stat, ino: 0n },
      fraction: metadata.fraction,
      payloads: metadata.payloads.map(({ stream, data }) => ({
        stream,
        data: Buffer.from(data.data),
      })),
    },
  }
}
