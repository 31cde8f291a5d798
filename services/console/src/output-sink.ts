// Where the console writes: standard output, a file, or both.
import { open, type FileHandle } from 'node:fs/promises'
import { once } from 'node:events'

export interface TextStream {
  write(chunk: Uint8Array | string): boolean
  readonly isTTY?: boolean
  readonly columns?: number
  once(event: 'drain', listener: () => void): unknown
}

export class OutputSink {
  readonly #stream: TextStream
  #file: FileHandle | undefined
  #isStreaming = true
  #lastByte = 0x0a

  constructor(stream: TextStream) {
    this.#stream = stream
  }

  /** Whether what was written last ended its line. */
  get isAtLineStart(): boolean {
    return this.#lastByte === 0x0a
  }

  /** Resolves when more may be written. */
  async write(chunk: Uint8Array | string): Promise<void> {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (bytes.length === 0) return
    this.#lastByte = bytes[bytes.length - 1] ?? 0x0a
    await this.#file?.write(bytes)
    if (!this.#isStreaming) return
    const shown = this.#stream.isTTY === true ? harmless(bytes) : bytes
    if (!this.#stream.write(shown)) await once(this.#stream as never, 'drain')
  }

  /** From now on to a file, and with `tee` to the stream too; without a path to the stream alone. */
  async redirect(target: {
    readonly path: string | undefined
    readonly append: boolean
    readonly tee: boolean
  }): Promise<void> {
    const file =
      target.path === undefined ? undefined : await open(target.path, target.append ? 'a' : 'w')
    await this.#file?.close()
    this.#file = file
    this.#isStreaming = file === undefined || target.tee
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }
}

/**
 * What a terminal may be sent: a file name must not move the cursor, or type commands, by control characters in it. They
 * show as `^[` and the like.
 */
export function harmless(bytes: Uint8Array): Uint8Array {
  if (!bytes.some(isControl)) return bytes
  const shown: number[] = []
  for (const byte of bytes) {
    if (isControl(byte)) shown.push(0x5e, byte === 0x7f ? 0x3f : byte + 0x40)
    else shown.push(byte)
  }
  return Uint8Array.from(shown)
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x0a && byte !== 0x09) || byte === 0x7f
}
