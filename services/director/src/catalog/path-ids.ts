// PathIds of directories: found in a bounded cache, then in the Catalog, then made.
import { CofferError } from '@coffer/core'
import { BoundedCache } from './bounded-cache.ts'
import type { Database } from './database.ts'
import { lastComponent, parentOf } from './names.ts'

// Of one generation of the cache; keys of ASCII names take a byte for each character, others two.
const CACHE_CHARACTERS = 8 * 1024 * 1024
// Longer than any path that a program can make in practice. All directories above it are kept too, so the Catalog holds
// up to half its square of bytes.
const MAX_PATH_BYTES = 64 * 1024
const MAX_ATTEMPTS = 5

/**
 * Keys are the bytes of a directory's name with its last slash, as latin1 text: one character a byte. Statements run on
 * sessions of their own and are committed at once, so that Jobs which see the same new directories do not wait for
 * each other's transactions. A path that no file row names in the end does no harm.
 */
export class PathIds {
  readonly #database: Database
  readonly #cache = new BoundedCache<string, number>(CACHE_CHARACTERS, (key) => key.length + 32)
  #rootId: number | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /** PathIds of these directories and of all above them. Throws `attributes-damaged` for a path beyond all measure. */
  async resolve(keys: Iterable<string>): Promise<Map<string, number>> {
    const found = new Map<string, number>([['', await this.#root()]])
    const unknown = new Map<number, Set<string>>()
    for (const key of keys) {
      if (key.length > MAX_PATH_BYTES) {
        throw new CofferError(
          'attributes-damaged',
          `an attribute record names a directory of ${key.length} bytes`,
        )
      }
      this.#lookUp(key, found, unknown)
    }
    // From the top down: a directory's row needs its parent's PathId.
    for (const depth of [...unknown.keys()].sort((a, b) => a - b)) {
      await this.#resolveLevel([...(unknown.get(depth) ?? [])], found)
    }
    return found
  }

  /** Takes a directory and those above it from the cache, or notes them by their depth. */
  #lookUp(wanted: string, found: Map<string, number>, unknown: Map<number, Set<string>>): void {
    for (let key = wanted; !found.has(key); key = parentOf(key)) {
      const cached = this.#cache.get(key)
      if (cached !== undefined) {
        found.set(key, cached)
        continue
      }
      const depth = depthOf(key)
      const level = unknown.get(depth) ?? new Set()
      if (level.has(key)) return
      unknown.set(depth, level.add(key))
    }
  }

  async #resolveLevel(keys: readonly string[], found: Map<string, number>): Promise<void> {
    let missing = keys
    for (let attempt = 0; missing.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS) {
        throw new CofferError('catalog-query', `the Catalog does not keep ${missing.length} paths`)
      }
      if (attempt > 0) await this.#insert(missing, found)
      missing = await this.#select(missing, found)
    }
  }

  /** Those that the Catalog does not have. */
  async #select(keys: readonly string[], found: Map<string, number>): Promise<string[]> {
    const rows = await this.#database.rows<[rank: number, pathId: number]>(
      `SELECT i.rank, path.pathid
       FROM unnest($1::int[], $2::bytea[]) WITH ORDINALITY AS i (parentid, name, rank)
       JOIN path ON path.parentid = i.parentid AND path.name = convert_from(i.name, 'SQL_ASCII')`,
      [parentIds(keys, found), keys.map((key) => toBytes(lastComponent(key)))],
    )
    for (const [rank, pathId] of rows) {
      const key = keys[rank - 1]
      if (key === undefined) continue
      found.set(key, pathId)
      this.#cache.set(key, pathId)
    }
    return keys.filter((key) => !found.has(key))
  }

  /** In one order, so that two Jobs that make the same directories cannot wait for each other in a circle. */
  async #insert(keys: readonly string[], found: Map<string, number>): Promise<void> {
    await this.#database.rows(
      `INSERT INTO path (parentid, name, path)
       SELECT parentid, convert_from(name, 'SQL_ASCII'), convert_from(path, 'SQL_ASCII')
       FROM unnest($1::int[], $2::bytea[], $3::bytea[]) AS i (parentid, name, path)
       ORDER BY parentid, name ON CONFLICT (parentid, name) DO NOTHING`,
      [
        parentIds(keys, found),
        keys.map((key) => toBytes(lastComponent(key))),
        keys.map((key) => toBytes(key)),
      ],
    )
  }

  async #root(): Promise<number> {
    if (this.#rootId === undefined) {
      const rows = await this.#database.rows<[pathId: number]>(
        'SELECT pathid FROM path WHERE parentid = 0',
        [],
      )
      this.#rootId = rows[0]?.[0] ?? 0
    }
    return this.#rootId
  }
}

function parentIds(keys: readonly string[], found: ReadonlyMap<string, number>): number[] {
  return keys.map((key) => found.get(parentOf(key)) ?? 0)
}

function depthOf(key: string): number {
  let depth = 0
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) depth++
  return depth
}

function toBytes(key: string): Buffer {
  return Buffer.from(key, 'latin1')
}
