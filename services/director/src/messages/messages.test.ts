import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MessageDestination, type MessageType, Secret } from '@coffer/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogEntry } from '../catalog/log.ts'
import { BatchSink } from './batch-sink.ts'
import { ConsoleQueue } from './console-queue.ts'
import { lineText, type LogMessage, logText } from './message-line.ts'
import { MessageRouter } from './router.ts'
import type { SyslogEntry } from './syslog.ts'
import { formatTime } from './time-format.ts'

const ROUTES = {
  name: 'Standard',
  mailServer: new Secret('localhost'),
  mailFrom: '',
  mailSubject: '',
}
const timeMs = new Date(2026, 10, 1, 2, 9, 5).getTime()

function message(change: Partial<LogMessage> = {}): LogMessage {
  return { type: 'info', text: 'hello', timeMs, daemon: 'bench-dir', jobId: 32, ...change }
}

describe('a line', () => {
  test.each([
    ['info', '01-Nov 02:09 bench-dir JobId 32: hello\n'],
    ['warning', '01-Nov 02:09 bench-dir JobId 32: Warning: hello\n'],
    ['error', '01-Nov 02:09 bench-dir JobId 32: Error: hello\n'],
    ['fatal', '01-Nov 02:09 bench-dir JobId 32: Fatal error: hello\n'],
    ['security', '01-Nov 02:09 bench-dir JobId 32: Security Alert: hello\n'],
  ] as [MessageType, string][])('of type %s', (type, expected) => {
    expect(lineText(message({ type }))).toBe(expected)
  })

  test('with a format of its own', () => {
    expect(lineText(message(), '%Y-%m-%dT%H:%M:%S')).toBe(
      '2026-11-01T02:09:05 bench-dir JobId 32: hello\n',
    )
  })

  test('as the Catalog keeps it', () => {
    expect(logText(message({ type: 'warning' }))).toBe('bench-dir JobId 32: Warning: hello\n')
  })
})

test('strftime letters', () => {
  expect(formatTime('%d-%b %H:%M', timeMs)).toBe('01-Nov 02:09')
  expect(formatTime('%A %e. %B %y %I:%M:%S %p %%', timeMs)).toBe(
    'Sunday  1. November 26 02:09:05 AM %',
  )
  expect(formatTime('%F %T %q %', timeMs)).toBe('2026-11-01 02:09:05 %q %')
})

describe('the queue of the consoles', () => {
  test('each console takes every line once', () => {
    const queue = new ConsoleQueue()
    queue.push('a\n')
    queue.push('b\n')
    expect(queue.take('one')).toBe('a\nb\n')
    expect(queue.take('one')).toBe('')
    queue.push('c\n')
    expect(queue.pending('one')).toBe(true)
    expect(queue.take('two')).toBe('a\nb\nc\n')
    expect(queue.take('one')).toBe('c\n')
    expect([queue.pending('one'), queue.pending('two'), queue.pending('three')]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('is bounded and says what it dropped', () => {
    const queue = new ConsoleQueue()
    const line = `${'x'.repeat(1024 * 1024)}\n`
    for (let i = 0; i < 7; i++) queue.push(line)
    expect(queue.take('one')).toMatch(/^4 older messages are not kept here any more.\n/)
    expect(queue.take('one')).toBe('')
  })
})

describe('a batch sink', () => {
  test('keeps order and makes one write of a burst', async () => {
    const writes: string[][] = []
    const sink = new BatchSink<string>({
      write: async (entries) => void writes.push([...entries]),
      sizeOf: (entry) => entry.length,
      onFailure: (error) => expect.unreachable(String(error)),
    })
    await Promise.all(['a', 'b', 'c'].map((entry) => sink.add(entry)))
    await sink.flush()
    await sink.add('d')
    await sink.flush()
    expect(writes).toEqual([['a', 'b', 'c'], ['d']])
  })

  test('makes the sender wait when it is full', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const sink = new BatchSink<string>({
      write: () => gate,
      sizeOf: (entry) => entry.length,
      onFailure: (error) => expect.unreachable(String(error)),
    })
    await sink.add('first')
    let added = false
    const big = sink.add('x'.repeat(2 * 1024 * 1024)).then(() => (added = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(added).toBe(false)
    release()
    await big
  })

  test('tells what a failed write cost and goes on', async () => {
    const lost: number[] = []
    let failing = true
    const sink = new BatchSink<string>({
      write: async () => {
        if (failing) throw new Error('no space')
      },
      sizeOf: (entry) => entry.length,
      onFailure: (_error, count) => lost.push(count),
    })
    await sink.add('a')
    await sink.flush()
    failing = false
    await sink.add('b')
    await sink.flush()
    expect(lost).toEqual([1])
  })
})

describe('the router', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'messages-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  function makeRouter() {
    const stored: LogEntry[] = []
    const printed: string[] = []
    const losses: string[] = []
    const mailed: string[] = []
    const logged: SyslogEntry[] = []
    const router = new MessageRouter({
      catalogLog: {
        append: async (entries) => void stored.push(...entries),
        list: async () => stored,
      },
      mail: {
        add: (line, jobId, { destination }) => {
          mailed.push(`${destination.kind} ${jobId} ${line}`)
        },
      },
      syslog: async (entries) => void logged.push(...entries),
      stdout: (text) => printed.push(text),
      stderr: (text) => printed.push(`E ${text}`),
      onLoss: (destination) => losses.push(destination),
    })
    return { router, stored, printed, losses, mailed, logged }
  }

  function to(
    kind: MessageDestination['kind'],
    types: MessageType[],
    target?: string,
  ): MessageDestination {
    return { kind, target, types: new Set(types) }
  }

  test('sends each type where it belongs, in each form', async () => {
    const { router, stored, printed, mailed, logged } = makeRouter()
    const append = join(directory, 'log')
    const destinations = [
      to('console', ['info', 'warning']),
      to('catalog', ['warning']),
      to('append', ['info', 'warning'], append),
      to('stdout', ['info']),
      to('stderr', ['warning']),
      to('mail', ['info'], 'root'),
      to('operator', ['warning'], 'root'),
      to('syslog', ['warning'], 'local0'),
      to('director', ['info'], 'other-dir'),
    ]
    const routes = { ...ROUTES, destinations }
    await router.deliver(message(), routes)
    await router.deliver(message({ type: 'warning', text: 'look\0out' }), routes)
    await router.flush()
    const hello = '01-Nov 02:09 bench-dir JobId 32: hello\n'
    const warning = '01-Nov 02:09 bench-dir JobId 32: Warning: look\0out\n'
    expect(await readFile(append, 'utf8')).toBe(hello + warning)
    expect(router.consoles.take('x')).toBe(hello + warning)
    expect(stored).toEqual([{ jobId: 32, timeMs, text: 'bench-dir JobId 32: Warning: look?out\n' }])
    expect(printed).toEqual([hello, `E ${warning}`])
    expect(mailed).toEqual([`mail 32 ${hello}`, `operator 32 ${warning}`])
    expect(logged).toEqual([
      { facility: 'local0', type: 'warning', text: 'bench-dir JobId 32: Warning: look\0out\n' },
    ])
  })

  test('a file is begun anew by each Job', async () => {
    const { router } = makeRouter()
    const path = join(directory, 'log')
    const routes = { ...ROUTES, destinations: [to('file', ['info'], path)] }
    await router.deliver(message({ text: 'old' }), routes)
    await router.flush()
    await router.deliver(message({ text: 'one', jobId: 33 }), routes)
    await router.deliver(message({ text: 'two', jobId: 33 }), routes)
    await router.flush()
    expect(await readFile(path, 'utf8')).toMatch(/^[^\n]*: one\n[^\n]*: two\n$/)
  })

  test('a destination that fails harms no other', async () => {
    const { router, losses } = makeRouter()
    const routes = {
      ...ROUTES,
      destinations: [to('append', ['info'], join(directory, 'no', 'log')), to('console', ['info'])],
    }
    await router.deliver(message(), routes)
    await router.flush()
    expect(losses).toEqual([join(directory, 'no', 'log')])
    expect(router.consoles.take('x')).toContain('hello')
  })
})
