// Where the console writes: standard output, a file, or both.
import { open, type FileHandle } from 'node:fs/promises'
import { once } from 'node:events'
import type { ConsoleProgress } from '@coffer/wire'
import { progressBar } from './progress-bar.ts'

/** To the line's beginning, and empty to its end. */
const TAKE_BACK = '\r\u001b[K'

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
  #isPassing = false
  #lastByte = 0x0a

  constructor(stream: TextStream) {
    this.#stream = stream
  }

  /** Whether what was written last ended its line. */
  get isAtLineStart(): boolean {
    return this.#lastByte === 0x0a
  }

  /** On a terminal: a line that the next output takes back. Nothing elsewhere, and not while a file takes the output. */
  showPassing(progress: ConsoleProgress): void {
    if (this.#stream.isTTY !== true || !this.#isStreaming || !this.isAtLineStart) return
    this.#stream.write(`${TAKE_BACK}${progressBar(progress, this.#stream.columns || 80)}`)
    this.#isPassing = true
  }

  #takeBack(): void {
    if (this.#isPassing) this.#stream.write(TAKE_BACK)
    this.#isPassing = false
  }

  /** Resolves when more may be written. */
  async write(chunk: Uint8Array | string): Promise<void> {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    if (bytes.length === 0) return
    this.#takeBack()
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
    this.#takeBack()
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
