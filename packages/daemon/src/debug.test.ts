import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDaemonLog } from './debug.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'debug-'))
})
afterEach(() => rm(directory, { recursive: true }))

function open(debugLevel = 0) {
  const lines: string[] = []
  const write = (line: string): void => {
    lines.push((JSON.parse(line) as { msg: string }).msg)
  }
  return {
    lines,
    ...createDaemonLog({ name: 'fd', debugLevel, workingDirectory: directory, write }),
  }
}

test('is as loud as it is told, children and all', () => {
  const { log, debug, lines } = open()
  const child = log.child({ jobId: 1 })
  for (const level of [0, 50, 100, 0]) {
    debug.set({ level })
    child.info({}, `info ${level}`)
    child.debug({}, `debug ${level}`)
    log.trace({}, `trace ${level}`)
  }
  expect(lines).toEqual([
    'info 0',
    'info 50',
    'debug 50',
    'info 100',
    'debug 100',
    'trace 100',
    'info 0',
  ])
})

test('writes a trace file as long as it is told', async () => {
  const { log, debug } = open()
  const traceFile = join(directory, 'fd.trace')
  expect(debug.set({ isTracing: true })).toEqual({ level: 0, isTracing: true, traceFile })
  log.warn({ a: 1 }, 'in')
  debug.set({ level: 1 })
  log.debug({}, 'in too')
  expect(debug.set({ isTracing: false })).toEqual({ level: 1, isTracing: false, traceFile })
  log.warn({}, 'out')
  const written = await readFile(traceFile, 'utf8')
  expect(written.match(/"msg":"[^"]*"/g)).toEqual(['"msg":"in"', '"msg":"in too"'])
})

test('says when there is no place for a trace file', () => {
  const { debug } = createDaemonLog({ name: 'fd', debugLevel: 0, workingDirectory: '/nowhere' })
  expect(() => debug.set({ isTracing: true })).toThrow(/ENOENT/)
  expect(debug.state().isTracing).toBe(false)
})
