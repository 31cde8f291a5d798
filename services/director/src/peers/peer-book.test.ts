import { type Clock, CofferError, Secret, systemClock } from '@coffer/core'
import type { DialOptions, Peer } from '@coffer/wire'
import { describe, expect, test } from 'vitest'
import type { DirectorConfig } from '../config/load.ts'
import { PeerBook } from './peer-book.ts'

interface Resource {
  readonly port?: number
  readonly password?: string
}

function config(change: Resource = {}): DirectorConfig {
  const peer = {
    address: '192.0.2.1',
    port: change.port ?? 9103,
    password: new Secret(change.password ?? 'one'),
    heartbeatInterval: 0,
    tlsCertificate: undefined,
    tlsKey: undefined,
    tlsCaCertificateFile: undefined,
    tlsVerifyPeer: false,
    tlsAllowedCn: [],
  }
  return {
    director: { name: 'dir', sdConnectTimeout: 12, fdConnectTimeout: 12, heartbeatInterval: 45 },
    storages: new Map([['File', { ...peer, name: 'File' }]]),
    clients: new Map([['fd', { ...peer, name: 'fd' }]]),
  } as unknown as DirectorConfig
}

/** Time passes only in waits, and at once. */
function jumpingClock(): Clock {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    after: (delayMs, action) => {
      const timer = setImmediate(() => {
        nowMs += delayMs
        action()
      })
      return () => {
        clearImmediate(timer)
      }
    },
  }
}

function makeBook(answers: (() => Promise<string>)[], clock: Clock = jumpingClock()) {
  const dialed: DialOptions[] = []
  const closed: number[] = []
  const book = new PeerBook(clock, (options) => {
    const index = dialed.push(options) - 1
    const cipher = () => answers.shift()?.() ?? Promise.resolve('TLS_X TLSv1.3')
    const calls = { index }
    return {
      storageDaemon: calls,
      fileDaemon: calls,
      connection: { cipher },
      close: () => closed.push(index),
    } as unknown as Peer
  })
  return { book, dialed, closed }
}

const signal = new AbortController().signal
const ignore = async (): Promise<void> => undefined
const refuse = (code: 'peer-unreachable' | 'peer-refused') => () =>
  Promise.reject(new CofferError(code, 'no'))

test('one line for each resource, dialed with what it says', async () => {
  const { book, dialed } = makeBook([])
  const first = book.storage(config(), 'File')
  expect(await first.connect(signal, ignore)).toBe('TLS_X TLSv1.3')
  await book.storage(config(), 'File').connect(signal, ignore)
  await book.filed(config(), 'fd').connect(signal, ignore)
  expect(first.calls).toEqual({ index: 0 })
  expect(dialed).toHaveLength(2)
  expect(dialed[0]).toMatchObject({
    host: '192.0.2.1',
    port: 9103,
    identity: { kind: 'director', name: 'dir' },
    peerName: 'storage daemon "File"',
    keepaliveMs: 45_000,
  })
  expect(dialed[1]?.peerName).toBe('Client "fd"')
})

test('a resource that changed gets a new line; the old one lives until the end', async () => {
  const { book, dialed, closed } = makeBook([])
  for (const change of [{}, { port: 9999 }, { port: 9999, password: 'two' }]) {
    await book.storage(config(change), 'File').connect(signal, ignore)
  }
  expect(dialed).toHaveLength(3)
  expect(closed).toEqual([])
  book.close()
  expect(closed.sort()).toEqual([0, 1, 2])
})

describe('a daemon that cannot be reached', () => {
  test('is tried again within the configured time', async () => {
    const { book } = makeBook([refuse('peer-unreachable'), refuse('peer-unreachable')])
    const retries: unknown[] = []
    const link = book.storage(config(), 'File')
    const cipher = await link.connect(signal, async (error) => void retries.push(error))
    expect(cipher).toBe('TLS_X TLSv1.3')
    expect(retries).toHaveLength(2)
  })

  test('and given up after it', async () => {
    const { book } = makeBook(Array.from({ length: 9 }, () => refuse('peer-unreachable')))
    let retries = 0
    const link = book.storage(config(), 'File')
    const onRetry = async (): Promise<void> => {
      retries++
    }
    await expect(link.connect(signal, onRetry)).rejects.toMatchObject({ code: 'peer-unreachable' })
    expect(retries).toBe(2)
  })

  test('but a refused Password is no matter of time', async () => {
    const { book } = makeBook([refuse('peer-refused')])
    const link = book.storage(config(), 'File')
    await expect(
      link.connect(signal, () => expect.unreachable('no second attempt')),
    ).rejects.toMatchObject({ code: 'peer-refused' })
  })

  test('waiting for it ends with the signal', async () => {
    const { book } = makeBook([() => new Promise(() => undefined)], systemClock)
    const controller = new AbortController()
    const connecting = book.storage(config(), 'File').connect(controller.signal, ignore)
    controller.abort(new CofferError('job-canceled', 'stop'))
    await expect(connecting).rejects.toMatchObject({ code: 'job-canceled' })
  })
})

test('a resource that is not there', () => {
  const { book } = makeBook([])
  expect(() => book.storage(config(), 'nosuch')).toThrow('Storage resource "nosuch"')
  expect(() => book.filed(config(), 'nosuch')).toThrow('Client resource "nosuch"')
  expect(() => book.filed(config(), 'fd').calls).toThrow('is not connected')
})
