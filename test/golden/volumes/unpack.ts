// Unpacks the sample Volumes that a Bareos 26 wrote: a tar file behind Brotli with a large window.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, constants } from 'node:zlib'

const ARCHIVE = new URL('bareos-26-volumes.tar.br', import.meta.url)
const TAR_BLOCK = 512

/** Makes a directory with all files of the archive; the caller removes it. */
export async function unpackSamples(): Promise<string> {
  const packed = await readFile(ARCHIVE)
  const tar = brotliDecompressSync(packed, {
    params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 },
  })
  const directory = await mkdtemp(join(tmpdir(), 'coffer-samples-'))
  for (const { name, data } of tarEntries(tar)) await writeFile(join(directory, name), data)
  return directory
}

/** Regular files of a tar archive (POSIX.1-1988 ustar: name at 0, octal size at 124, data in blocks of 512 bytes). */
function* tarEntries(tar: Buffer): Generator<{ name: string; data: Buffer }> {
  let at = 0
  while (at + TAR_BLOCK <= tar.length && tar[at] !== 0) {
    const name = tar.toString('latin1', at, tar.indexOf(0, at))
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8)
    const dataAt = at + TAR_BLOCK
    yield { name, data: tar.subarray(dataAt, dataAt + size) }
    at = dataAt + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
  }
}

export interface ManifestFile {
  readonly kind: string
  readonly mode: string
  readonly size: number
  readonly sha256: string | undefined
}

/** A name as the manifests write it: bytes that are not ASCII as `M-c` and `M-^C`, like `cat -v`. */
export function manifestName(name: Buffer): string {
  let text = ''
  for (const byte of name) {
    const low = byte & 0x7f
    const meta = byte < 0x80 ? '' : 'M-'
    const plain = low < 0x20 ? `^${String.fromCharCode(low + 0x40)}` : String.fromCharCode(low)
    text += byte === 0x0a ? '\n' : meta + (low === 0x7f ? '^?' : plain)
  }
  return text
}

const LINE = /^([a-z]) ([0-7]+) \d+ \d+ (\d+) [\d.]+ \d+ (.*?)( -> .*)?$/gm

/** What the sample tree was: `kind mode uid gid size mtime nlink path -> target`, then `sha256  path`. */
export async function readManifest(path: string): Promise<ReadonlyMap<string, ManifestFile>> {
  const text = await readFile(path, 'latin1')
  const files = new Map<string, ManifestFile>()
  for (const [, kind = '', mode = '', size = '', name = '', arrow] of text.matchAll(LINE)) {
    // Its lines were sorted, which tore the one name that holds a line's end.
    const whole = arrow === undefined ? `${name}\nline` : name
    files.set(whole, { kind, mode, size: Number(size), sha256: undefined })
  }
  for (const [, sha256 = '', name = ''] of text.matchAll(/^\\?([0-9a-f]{64}) {2}(.*)$/gm)) {
    const plain = name.replaceAll('\\n', '\n')
    const file = files.get(plain)
    if (file !== undefined) files.set(plain, { ...file, sha256 })
  }
  return files
}

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
