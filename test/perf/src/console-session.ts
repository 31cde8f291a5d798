// A console program that stays open: lines are typed into it, and its answers awaited.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

const ANSWER_TIMEOUT_MS = 600_000

export class ConsoleSession {
  readonly #child: ChildProcessWithoutNullStreams
  #said = ''
  #wake: () => void = () => undefined
  #isOver = false

  constructor(argv: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const [program = '', ...rest] = argv
    this.#child = spawn(program, rest, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('latin1')
      stream.on('data', (text: string) => {
        this.#said += text
        this.#wake()
      })
    }
    this.#child.once('close', () => {
      this.#isOver = true
      this.#wake()
    })
    this.#child.stdin.on('error', () => undefined)
  }

  type(lines: readonly string[]): void {
    this.#child.stdin.write(lines.map((line) => `${line}\n`).join(''))
  }

  /** Waits until the answers since the last call hold the pattern; what is behind it stays for the next call. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadlineMs = Date.now() + ANSWER_TIMEOUT_MS
    for (;;) {
      const found = pattern.exec(this.#said)
      if (found !== null) {
        this.#said = this.#said.slice(found.index + found[0].length)
        return found
      }
      if (this.#isOver || Date.now() > deadlineMs) {
        throw new Error(`the console never said ${String(pattern)}:\n${this.#said.slice(-2000)}`)
      }
      await this.#something(deadlineMs)
    }
  }

  async close(): Promise<void> {
    this.#child.stdin.end('quit\n')
    if (this.#isOver) return
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000)
    await new Promise<void>((resolve) => this.#child.once('close', resolve))
    clearTimeout(timer)
  }

  #something(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMs - Date.now())
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
