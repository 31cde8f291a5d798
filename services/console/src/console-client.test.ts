import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { CofferError, decodePath } from '@coffer/core'
import type { ConsoleInputInit, ConsoleOutput } from '@coffer/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleCall, ConsoleClient } from './console-client.ts'
import { streamLines } from './line-source.ts'
import { OutputSink } from './output-sink.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'console-client-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** A Director that answers each line of the table, and asks at the main prompt again. */
class FakeDirector implements ConsoleCall {
  readonly heard: string[] = []
  readonly #waiting: ConsoleOutput[] = []
  #wake: (() => void) | undefined
  #isEnded = false
  #failure: Error | undefined
  readonly #answers: Readonly<Record<string, { readonly says?: string; readonly asks?: string }>>

  constructor(answers: Readonly<Record<string, { says?: string; asks?: string }>> = {}) {
    this.#answers = answers
    this.#say('1000 OK: bench-dir\n')
    this.#ask('')
  }

  async send(message: ConsoleInputInit): Promise<void> {
    if (message.input === 'interrupt') {
      this.#say('Selection aborted, nothing done.\n')
      this.#ask('')
    }
    if (message.input !== 'line') return
    const line = decodePath(message.line)
    this.heard.push(line)
    if (line === 'quit') {
      this.#push({ output: 'end', end: { exitCode: 0 } })
      return
    }
    if (line === 'die') {
      this.#fail()
      return
    }
    const answer = this.#answers[line]
    if (answer?.says !== undefined) this.#say(answer.says)
    this.#ask(answer?.asks ?? '')
  }

  async receive(): Promise<ConsoleOutput | undefined> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message !== undefined) return message
      if (this.#failure !== undefined) throw this.#failure
      if (this.#isEnded) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  end(): void {
    this.#push({ output: 'end', end: { exitCode: 0 } })
    this.#isEnded = true
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ConsoleOutput> {
    for (;;) {
      const message = await this.receive()
      if (message === undefined) return
      yield message
      if (message.output === 'end') return
    }
  }

  #fail(): void {
    this.#failure = new CofferError('console-gone', 'the Director is gone')
    this.#wake?.()
  }

  #say(text: string): void {
    this.#push({ output: 'text', text: Buffer.from(text) })
  }

  #ask(question: string): void {
    const kind = question === '' ? 'main' : 'answer'
    const text = question === '' ? '*' : question
    this.#push({ output: 'prompt', prompt: { kind, text, messagesPending: false } })
  }

  #push(message: ConsoleOutput): void {
    this.#waiting.push(message)
    this.#wake?.()
  }
}

interface Run {
  readonly exitCode: number
  readonly text: string
  readonly heard: readonly string[]
}

async function run(
  lines: readonly string[],
  options: { answers?: Record<string, { says?: string; asks?: string }>; isRoot?: boolean } = {},
): Promise<Run> {
  const director = new FakeDirector(options.answers)
  const output = new PassThrough()
  const chunks: Buffer[] = []
  output.on('data', (chunk: Buffer) => chunks.push(chunk))
  const sink = new OutputSink(output)
  const client = new ConsoleClient({
    call: director,
    sink,
    isRoot: options.isRoot ?? false,
    nowMs: () => new Date(2026, 10, 21, 2, 7, 32).getTime(),
  })
  const input = Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(''))])
  const exitCode = await client.run(streamLines(input))
  await sink.close()
  return { exitCode, text: Buffer.concat(chunks).toString(), heard: director.heard }
}

describe('without a terminal', () => {
  test('lines are echoed, behind a prompt unless it is the main one', async () => {
    const answers = { 'run job=md5': { says: 'Run Backup job\n', asks: 'OK to run? ' } }
    const { text, exitCode, heard } = await run(['run job=md5', 'no', 'quit'], { answers })
    expect(text).toBe('1000 OK: bench-dir\nrun job=md5\nRun Backup job\nOK to run? no\nquit\n')
    expect(exitCode).toBe(0)
    expect(heard).toEqual(['run job=md5', 'no', 'quit'])
  })

  test('the end of the lines is the end', async () => {
    expect(await run(['time'])).toMatchObject({ exitCode: 0, heard: ['time'] })
  })

  test('a Director that is lost is an error', async () => {
    await expect(run(['die', 'time'])).rejects.toThrow('the Director is gone')
  })

  test('bytes that are not UTF-8 reach the Director', async () => {
    const director = new FakeDirector()
    const client = new ConsoleClient({
      call: director,
      sink: new OutputSink(new PassThrough()),
      isRoot: false,
      nowMs: () => 0,
    })
    await client.run(streamLines(Readable.from([Buffer.from('mark \xe9\r\n', 'latin1')])))
    expect(director.heard).toEqual(['mark \udce9'])
  })
})

describe('@ commands', () => {
  test('are done here', async () => {
    const { text, heard } = await run(['@# a remark', '@time', '@echo so', '@sleep 0', '@nonsense'])
    expect(text).toContain('@time\nSat 21-Nov-2026 02:07:32\n@echo so\nso\n')
    expect(text).toContain(': is an invalid command: @nonsense\n')
    expect(heard).toEqual([])
  })

  test('read lines from files, to any reasonable depth', async () => {
    const inner = join(directory, 'inner')
    const outer = join(directory, 'outer')
    await writeFile(inner, 'time\n')
    await writeFile(outer, `whoami\n@input ${inner}\nversion\n`)
    expect((await run([`@input ${outer}`, 'quit'])).heard).toEqual([
      'whoami',
      'time',
      'version',
      'quit',
    ])
    const circle = join(directory, 'circle')
    await writeFile(circle, `@input ${circle}\n`)
    expect((await run([`@input ${circle}`, 'quit'])).text).toContain('go too deep')
  })

  test('write to files', async () => {
    const file = join(directory, 'out')
    const answers = { whoami: { says: 'root\n' }, time: { says: 'now\n' } }
    const { text } = await run(
      [`@output ${file}`, 'whoami', '@output', 'time', `@tee ${file} a`, 'whoami', 'quit'],
      { answers },
    )
    expect(await readFile(file, 'utf8')).toBe('whoami\nroot\n@output\nwhoami\nroot\nquit\n')
    expect(text).toContain('now\n')
    expect(text.match(/root\n/g)).toHaveLength(1)
  })

  test('run programs', async () => {
    expect((await run(['@exec "echo here"'])).text).toContain('here\n')
  })

  test('part a line', async () => {
    expect((await run(['@separator ;', 'whoami;time', '@separator', 'a;b'])).heard).toEqual([
      'whoami',
      'time',
      'a;b',
    ])
  })

  test('do nothing unsafe as root', async () => {
    const { text } = await run([`@output ${directory}/no`, '@exec "echo here"'], { isRoot: true })
    expect(text).toContain('@output is not permitted while the console runs as root\n')
    expect(text).not.toContain('\nhere\n')
  })

  test('end the console', async () => {
    expect(await run(['@quit', 'time'])).toMatchObject({ exitCode: 0, heard: [] })
  })
})
