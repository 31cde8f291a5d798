// What is backed up: made once, the same on every machine in count and size, kept between runs.
import { createHash, randomFillSync } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** Trees by name; `usr` is the machine's own. */
export interface BenchData {
  readonly big: string
  /** The half of `big` that can be compressed. */
  readonly text: string
  readonly small: string
  readonly usr: string
  readonly one: string
  readonly million: string
  readonly tenThousand: string
}

/** Grows when what is made changes. */
const VERSION = '1'

const GIBIBYTE = 2 ** 30
const CHUNK_BYTES = 8 * 2 ** 20
const SMALL_FILES = 200_000
const SMALL_DIRECTORIES = 2_000
const FILES_PER_DIRECTORY = 100

/** Makes what is missing. `say` is told what takes its time. */
export function makeData(directory: string, say: (what: string) => void): BenchData {
  const make = (name: string, what: string, fill: (path: string) => void): string => {
    const path = join(directory, name)
    const stamp = `${path}.done`
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === VERSION) return path
    say(`making ${what} (once)`)
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path, { recursive: true })
    fill(path)
    writeFileSync(stamp, VERSION)
    return path
  }
  const big = make('big', '4 files of 1 GiB', makeBig)
  return {
    big,
    text: join(big, 'text'),
    small: make('small', '200,000 files of 0.5 to 8 KiB', makeSmall),
    usr: '/usr',
    one: make('one', 'one file', (path) => {
      writeFileSync(join(path, 'file'), 'The only one.\n')
    }),
    million: make('million', '1,000,000 empty files', (path) => {
      makeEmpty(path, 1_000_000)
    }),
    tenThousand: make('ten-thousand', '10,000 empty files', (path) => {
      makeEmpty(path, 10_000)
    }),
  }
}

function makeBig(path: string): void {
  mkdirSync(join(path, 'random'))
  mkdirSync(join(path, 'text'))
  const random = Buffer.allocUnsafe(CHUNK_BYTES)
  const text = new TextSource()
  for (const name of ['1', '2']) {
    writeWhole(join(path, 'random', name), () => randomFillSync(random))
    writeWhole(join(path, 'text', name), () => text.next())
  }
}

function writeWhole(path: string, chunk: () => Buffer): void {
  const file = openSync(path, 'w')
  for (let at = 0; at < GIBIBYTE; at += CHUNK_BYTES) writeSync(file, chunk())
  closeSync(file)
}

const PARAGRAPHS = 16_384
const PARAGRAPH_BYTES = 2048
const WORDS = 12_000

/**
 * Text of words whose frequencies fall as in natural language, compressed by gzip -1 to about a third. Paragraphs come
 * again in a random order, too far from each other for a compressor's window and too short for deduplication.
 */
class TextSource {
  readonly #random = seeded(1)
  readonly #paragraphs: Buffer
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES)

  constructor() {
    const words = Array.from({ length: WORDS }, (_, i) => wordOf(i))
    this.#paragraphs = Buffer.alloc(PARAGRAPHS * PARAGRAPH_BYTES, '\n')
    for (let i = 0; i < PARAGRAPHS; i++) {
      let at = i * PARAGRAPH_BYTES
      const end = at + PARAGRAPH_BYTES - 1
      while (at < end) {
        // The square of the square makes the first words frequent.
        const rank = Math.floor(WORDS * this.#random() ** 4)
        at += this.#paragraphs.write(`${words[rank] ?? ''} `, at, end - at, 'latin1')
      }
    }
  }

  next(): Buffer {
    for (let at = 0; at < CHUNK_BYTES; at += PARAGRAPH_BYTES) {
      const from = Math.floor(this.#random() * PARAGRAPHS) * PARAGRAPH_BYTES
      this.#paragraphs.copy(this.#chunk, at, from, from + PARAGRAPH_BYTES)
    }
    return this.#chunk
  }
}

function wordOf(index: number): string {
  const digest = createHash('sha1').update(String(index)).digest('base64').toLowerCase()
  return digest.replace(/[^a-z]/g, '').slice(0, 2 + (index % 9))
}

function makeSmall(path: string): void {
  const random = seeded(2)
  const pool = randomFillSync(Buffer.allocUnsafe(2 ** 20))
  const text = new TextSource().next()
  const perDirectory = SMALL_FILES / SMALL_DIRECTORIES
  for (let i = 0; i < SMALL_FILES; i++) {
    const directory = join(path, `directory-${String(Math.floor(i / perDirectory))}`)
    if (i % perDirectory === 0) mkdirSync(directory)
    const sizeBytes = 512 + Math.floor(random() * (8192 - 512))
    // Half of them random, half text, as the big ones are.
    const source = i % 2 === 0 ? pool : text
    const from = Math.floor(random() * (2 ** 20 - sizeBytes))
    writeFileSync(join(directory, `file-${String(i)}`), source.subarray(from, from + sizeBytes))
  }
}

function makeEmpty(path: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const directory = join(path, `directory-${String(Math.floor(i / FILES_PER_DIRECTORY))}`)
    if (i % FILES_PER_DIRECTORY === 0) mkdirSync(directory)
    closeSync(openSync(join(directory, `file-${String(i)}`), 'w'))
  }
}

/** A multiplicative congruential generator: the same numbers in [0, 1) on every machine. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 0x7fff_ffff
    return state / 0x7fff_ffff
  }
}
