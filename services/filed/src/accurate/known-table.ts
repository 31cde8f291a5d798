// Finds a path in the list of known files and remembers which were found. A table of numbers in memory leads into the list
// on disk: some 18 bytes for each file, however long its name.
import { readSync } from 'node:fs'
import {
  CofferError,
  KNOWN_FILE_ALIGNMENT,
  KNOWN_FILE_HEAD_BYTES,
  type KnownFile,
  readKnownFile,
  sizeOfKnownFile,
} from '@coffer/core'
import type { KnownListPlace } from './known-list.ts'

const FIRST_SLOTS = 1024
/** Slots in use at most, of 8. */
const FULL_EIGHTHS = 6
const WINDOW_BYTES = 64 * 1024
/** Directories that the walk is in at a time lie in different places of the list. */
const WINDOWS = 16
const NOTHING: Buffer = Buffer.alloc(0)

/** A part of the list in memory that is used again. */
interface Window {
  from: number
  bytes: Buffer
  readonly memory: Buffer
}

export class KnownTable {
  readonly #list: KnownListPlace
  /** Hash of a path; told apart by the path itself when two are equal. */
  #hashes = new Uint32Array(FIRST_SLOTS)
  /** Place of the entry in units of 8 bytes, plus one; 0 for a free slot. */
  #places = new Uint32Array(FIRST_SLOTS)
  #seen = new Uint8Array(FIRST_SLOTS)
  /** The one that was used last comes first. */
  readonly #windows: Window[] = []
  #count = 0

  /** Reads the list once. Throws `record-malformed`. */
  constructor(list: KnownListPlace) {
    this.#list = list
    for (const { window, at } of this.#entries()) this.#insert(hashOf(pathIn(window, at)), at)
  }

  /** Files in the list. */
  get count(): number {
    return this.#count
  }

  /** What is known of a path, and marks it as seen; its bytes are valid until the next call. */
  find(path: Buffer): KnownFile | undefined {
    for (const slot of this.#slotsOf(hashOf(path))) {
      const file = this.#entryAt(slot)
      if (path.compare(file.path) !== 0) continue
      this.#seen[slot] = 1
      return file
    }
    return undefined
  }

  /** Files that were never found, in the order of the list; their bytes are valid until the next one. */
  *unseen(): Generator<KnownFile> {
    for (const { window, at } of this.#entries()) {
      if (!this.#wasSeen(pathIn(window, at))) yield readKnownFile(window.bytes, at - window.from)
    }
  }

  #wasSeen(path: Uint8Array): boolean {
    // A name that is in the list twice was seen when either was.
    for (const slot of this.#slotsOf(hashOf(path))) {
      if (this.#seen[slot] === 1 && Buffer.compare(this.#entryAt(slot).path, path) === 0)
        return true
    }
    return false
  }

  *#slotsOf(hash: number): Generator<number> {
    const mask = this.#places.length - 1
    for (let slot = hash & mask; this.#places[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash) yield slot
    }
  }

  #insert(hash: number, at: number): void {
    if (this.#count * 8 >= this.#places.length * FULL_EIGHTHS) this.#grow()
    this.#put(hash, at / KNOWN_FILE_ALIGNMENT + 1)
    this.#count += 1
  }

  #put(hash: number, place: number): void {
    const mask = this.#places.length - 1
    let slot = hash & mask
    while (this.#places[slot] !== 0) slot = (slot + 1) & mask
    this.#hashes[slot] = hash
    this.#places[slot] = place
  }

  #grow(): void {
    const hashes = this.#hashes
    const places = this.#places
    this.#hashes = new Uint32Array(hashes.length * 2)
    this.#places = new Uint32Array(hashes.length * 2)
    this.#seen = new Uint8Array(hashes.length * 2)
    for (let slot = 0; slot < places.length; slot++) {
      const place = places[slot] ?? 0
      if (place !== 0) this.#put(hashes[slot] ?? 0, place)
    }
  }

  #entryAt(slot: number): KnownFile {
    const at = ((this.#places[slot] ?? 1) - 1) * KNOWN_FILE_ALIGNMENT
    const known = this.#windows.findIndex((window) => holdsEntry(window, at))
    const window = known < 0 ? this.#spareWindow() : this.#windows.splice(known, 1)[0]
    if (window === undefined) throw new Error('there is no window')
    if (known < 0) this.#fill(window, at)
    this.#windows.unshift(window)
    return readKnownFile(window.bytes, at - window.from)
  }

  #spareWindow(): Window | undefined {
    return this.#windows.length < WINDOWS ? newWindow() : this.#windows.pop()
  }

  /** Where each entry begins, with a window that has it whole until the next one. */
  *#entries(): Generator<{ readonly window: Window; readonly at: number }> {
    const window = newWindow()
    for (let at = 0; at < this.#list.sizeBytes; ) {
      if (!holdsEntry(window, at)) this.#fill(window, at)
      yield { window, at }
      at += sizeOfKnownFile(window.bytes, at - window.from)
    }
  }

  /** Reads what lies from `at` on; more than a window when the entry there is longer. */
  #fill(window: Window, at: number): void {
    window.from = at
    window.bytes = this.#read(at, window.memory)
    if (holdsEntry(window, at)) return
    window.bytes = this.#read(at, Buffer.allocUnsafeSlow(sizeOfKnownFile(window.bytes, 0)))
  }

  #read(at: number, into: Buffer): Buffer {
    const { fd, sizeBytes } = this.#list
    const bytes = into.subarray(0, sizeBytes - at)
    let used = 0
    while (used < bytes.length) {
      const got = readSync(fd, bytes, used, bytes.length - used, at + used)
      if (got === 0) {
        throw new CofferError('record-malformed', 'the list of known files became shorter')
      }
      used += got
    }
    return bytes
  }
}

function newWindow(): Window {
  return { from: 0, bytes: NOTHING, memory: Buffer.allocUnsafeSlow(WINDOW_BYTES) }
}

/** Path of an entry that the window has whole: a view. */
function pathIn({ from, bytes }: Window, at: number): Uint8Array {
  const pathAt = at - from + KNOWN_FILE_HEAD_BYTES
  return bytes.subarray(pathAt, pathAt + bytes.readUInt32LE(at - from + 4))
}

/** Whether the window has the whole entry that begins at `at`. */
function holdsEntry({ from, bytes }: Window, at: number): boolean {
  const offset = at - from
  if (offset < 0) return false
  if (bytes.length - offset < KNOWN_FILE_HEAD_BYTES) return false
  return bytes.length - offset >= sizeOfKnownFile(bytes, offset)
}

/** FNV-1a of 32 bits with its bits mixed once more, so that the low ones can choose the slot. */
function hashOf(path: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < path.length; index++) {
    hash = Math.imul(hash ^ (path[index] ?? 0), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
