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
 *
 * They are committed without waiting for the disk: the commit of the file rows that name them waits for all that was
 * committed before it. When the server crashes in between they may be gone, so PathIds hold within an epoch of the
 * database only.
 */
export class PathIds {
  readonly #database: Database
  #cache = newCache()
  #epoch: number

  constructor(database: Database) {
    this.#database = database
    this.#epoch = database.epoch
  }

  /** PathIds of these directories and of all above them. Throws `attributes-damaged` for a path beyond all measure. */
  async resolve(keys: Iterable<string>): Promise<Map<string, number>> {
    const cache = this.#cacheOfEpoch()
    const resolution: Resolution = { found: new Map(), cache }
    const unknown = new Map<number, Set<string>>()
    for (const key of ['', ...keys]) {
      if (key.length > MAX_PATH_BYTES) {
        throw new CofferError(
          'attributes-damaged',
          `an attribute record names a directory of ${key.length} bytes`,
        )
      }
      lookUp(key, resolution, unknown)
    }
    // From the top down: a directory's row needs its parent's PathId.
    for (const depth of [...unknown.keys()].sort((a, b) => a - b)) {
      await this.#resolveLevel([...(unknown.get(depth) ?? [])], resolution)
    }
    return resolution.found
  }

  #cacheOfEpoch(): PathCache {
    const { epoch } = this.#database
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#cache = newCache()
    }
    return this.#cache
  }

  async #resolveLevel(keys: readonly string[], resolution: Resolution): Promise<void> {
    let missing = keys
    for (let attempt = 0; missing.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS) {
        throw new CofferError('catalog-query', `the Catalog does not keep ${missing.length} paths`)
      }
      missing = await this.#findOrMake(missing, resolution)
    }
  }

  /**
   * Those that somebody else was making at the same moment: they are there the next time. Rows are made in one order, so
   * that two Jobs that make the same directories cannot wait for each other in a circle.
   */
  async #findOrMake(keys: readonly string[], { found, cache }: Resolution): Promise<string[]> {
    const rows = await this.#database.looseRows<[rank: number, pathId: number]>(FIND_OR_MAKE, [
      keys.map((key) => (key === '' ? 0 : (found.get(parentOf(key)) ?? 0))),
      keys.map((key) => toBytes(lastComponent(key))),
      keys.map((key) => toBytes(key)),
    ])
    for (const [rank, pathId] of rows) {
      const key = keys[rank - 1]
      if (key === undefined) continue
      found.set(key, pathId)
      cache.set(key, pathId)
    }
    return keys.filter((key) => !found.has(key))
  }
}

/**
 * $1: PathIds of the parents, $2: names in them, $3: whole paths. OFFSET 0 holds PostgreSQL to the index: without fresh
 * statistics it reads the whole table.
 */
const FIND_OR_MAKE = `
  WITH wanted AS MATERIALIZED (
    SELECT rank, parentid, convert_from(i.name, 'SQL_ASCII') AS name, convert_from(i.path, 'SQL_ASCII') AS path
    FROM unnest($1::int[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS i (parentid, name, path, rank)),
  found AS MATERIALIZED (
    SELECT wanted.rank, known.pathid FROM wanted CROSS JOIN LATERAL (
      SELECT pathid FROM path WHERE path.parentid = wanted.parentid AND path.name = wanted.name OFFSET 0) known),
  made AS (
    INSERT INTO path (parentid, name, path)
    SELECT parentid, name, path FROM wanted WHERE rank NOT IN (SELECT rank FROM found)
    ORDER BY parentid, name ON CONFLICT (parentid, name) DO NOTHING
    RETURNING pathid, parentid, name)
  SELECT rank, pathid FROM found
  UNION ALL SELECT wanted.rank, made.pathid FROM made JOIN wanted USING (parentid, name)`

type PathCache = BoundedCache<string, number>

interface Resolution {
  /** What the caller gets. */
  readonly found: Map<string, number>
  /** That of the epoch in which the resolution began. */
  readonly cache: PathCache
}

function newCache(): PathCache {
  return new BoundedCache(CACHE_CHARACTERS, (key) => key.length + 32)
}

/** Takes a directory and those above it from the cache, or notes them by their depth. The root is above itself. */
function lookUp(
  wanted: string,
  { found, cache }: Resolution,
  unknown: Map<number, Set<string>>,
): void {
  for (let key = wanted; !found.has(key); key = parentOf(key)) {
    const cached = cache.get(key)
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

/** 0 for the root, 1 for "/" and "C:/", and so on. */
function depthOf(key: string): number {
  let depth = 0
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) depth++
  return depth
}

function toBytes(key: string): Buffer {
  return Buffer.from(key, 'latin1')
}
