import { CofferError, Secret } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import { createLog, levelOfDebugNumber, type Log, type LogLevel } from './log.ts'

function logTo(lines: Record<string, unknown>[], level: LogLevel = 'trace'): Log {
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>)
  return createLog({ name: 'bareos-sd', level, destination: { write } })
}

describe('a log', () => {
  it('writes one object per line, with the fields of its parents', () => {
    const lines: Record<string, unknown>[] = []
    logTo(lines).child({ jobId: 7 }).child({ volume: 'Full-0001' }).warn({ slot: 3 }, 'volume full')
    expect(lines).toMatchObject([
      { name: 'bareos-sd', level: 40, jobId: 7, volume: 'Full-0001', slot: 3, msg: 'volume full' },
    ])
  })

  it('is quiet below its level', () => {
    const lines: Record<string, unknown>[] = []
    const log = logTo(lines, 'info')
    log.debug({}, 'decided')
    log.trace({}, 'file')
    log.info({}, 'started')
    log.error({}, 'failed')
    expect(lines.map((line) => line['msg'])).toEqual(['started', 'failed'])
  })

  it('writes errors with code, text and cause', () => {
    const lines: Record<string, unknown>[] = []
    const cause = new Error('EIO')
    logTo(lines).error({ error: new CofferError('internal-bug', 'it broke', { cause }) }, 'failed')
    expect(lines[0]?.['error']).toMatchObject({
      code: 'internal-bug',
      message: 'it broke',
      cause: { message: 'EIO' },
    })
  })

  it('never writes a secret, wrapped or not', () => {
    const lines: Record<string, unknown>[] = []
    const log = logTo(lines)
    log.info({ password: 'geheim', token: 'geheim', wrapped: new Secret('geheim') }, 'one')
    log.info({ director: { password: 'geheim', tls: { keyPem: 'geheim' } } }, 'two')
    log.child({ key: 'geheim' }).info({ ticket: { key: 'geheim' } }, 'three')
    expect(lines).toHaveLength(3)
    expect(JSON.stringify(lines)).not.toContain('geheim')
    expect(lines[0]).toMatchObject({ password: '***', wrapped: '***' })
  })
})

describe('a debug number', () => {
  it('is a level', () => {
    expect([0, 1, 99, 100, 1000].map(levelOfDebugNumber)).toEqual([
      'info',
      'debug',
      'debug',
      'trace',
      'trace',
    ])
  })
})
