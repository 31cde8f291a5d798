import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as limits from './limits.ts'
import { CALLERS } from './permissions.ts'
import { MAX_ITERATIONS, MIN_ITERATIONS } from './scram.ts'
import { WINDOW_BYTES } from './windowed-server.ts'

const text = await readFile(new URL('../../../docs/protocol.md', import.meta.url), 'utf8')
const rows = new Map(
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[1] ?? '', cells]),
)
const seconds = (ms: number) => `${ms / 1000} s`
const binary = (bytes: number) =>
  bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`

describe('docs/protocol.md', () => {
  it.each(Object.entries(CALLERS))('says who calls %s', (service, kind) => {
    expect(rows.get(service)?.[3]).toBe(kind)
    expect(rows.get(service)?.[4]).toContain(`\`${kind}:`)
  })

  it.each([
    ['Time to connect and log in', seconds(limits.CONNECT_TIMEOUT_MS)],
    ['Keepalive: quiet time before a ping', seconds(limits.KEEPALIVE_MS)],
    ['Keepalive: time to answer the ping', seconds(limits.KEEPALIVE_TIMEOUT_MS)],
    ['Answer to a call with one question', seconds(limits.UNARY_TIMEOUT_MS)],
    ['TLS handshake', seconds(limits.HANDSHAKE_TIMEOUT_MS)],
    ['Largest message of a record stream', binary(limits.MAX_DATA_MESSAGE_BYTES)],
    ['Largest other message', binary(limits.MAX_CONTROL_MESSAGE_BYTES)],
    ['Window of a stream and of a connection', binary(WINDOW_BYTES)],
    ['Calls on a connection', String(limits.MAX_CALLS_PER_CONNECTION)],
    ['Connections of a server', String(limits.MAX_CONNECTIONS)],
    ['Request headers', binary(limits.MAX_HEADER_BYTES)],
  ])('tells the limit "%s"', (what, value) => {
    expect(rows.get(what)?.[2]).toBe(value)
  })

  it('tells the limits of a login', () => {
    expect(text).toContain(`closed after ${seconds(limits.LOGIN_TIMEOUT_MS)}`)
    expect(text).toContain(`fewer than ${MIN_ITERATIONS} and more than ${MAX_ITERATIONS}`)
  })
})
