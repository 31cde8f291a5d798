import { CofferError, Secret } from '@coffer/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Duplex } from './call.ts'
import type {
  AppendEventInit,
  BackupSessionCommand,
  BackupSessionEventInit,
} from './gen/messages.ts'
import type { StorageDaemonHandlers, StorageDataHandlers } from './gen/services.ts'
import { MAX_DATA_MESSAGE_BYTES } from './limits.ts'
import { type Loopback, SECRET, startLoopback } from './testing/loopback.ts'
import type { ServeOptions } from './serve.ts'

let loopback: Loopback
afterEach(() => loopback.close())

const unused = async () => {
  throw new CofferError('call-unsupported', 'not in this test')
}
function storageDaemon(handlers: Partial<StorageDaemonHandlers>): StorageDaemonHandlers {
  return {
    backupSession: unused,
    restoreSession: unused,
    label: unused,
    mount: unused,
    unmount: unused,
    release: unused,
    findVolumes: unused,
    truncate: unused,
    listSlots: unused,
    moveSlot: unused,
    setDebug: unused,
    resolve: unused,
    setBandwidth: unused,
    status: async () => ({}),
    ...handlers,
  }
}
function storageData(handlers: Partial<StorageDataHandlers>): StorageDataHandlers {
  return { append: unused, read: async function* () {}, ...handlers }
}
async function start(services: ServeOptions['services'], options: Partial<ServeOptions> = {}) {
  loopback = await startLoopback({ services, ...options })
  return loopback
}

/** A promise and the function that settles it. */
function signal<Value = void>() {
  let settle: (value: Value) => void = () => undefined
  const settled = new Promise<Value>((resolve) => (settle = resolve))
  return { settled, settle }
}

describe('a call', () => {
  it('with one question has one answer, and tells the handler who asks', async () => {
    let asked: unknown
    await start({
      storageDaemon: storageDaemon({
        label: async (request, context) => {
          asked = { request, peer: context.peer }
          return { ok: true, volBytes: 64, device: request.device }
        },
      }),
    })
    const peer = loopback.dial('director')
    const answer = await peer.storageDaemon.label({ device: 'File', volume: 'Full-0001', slot: 3 })
    expect(answer).toMatchObject({ ok: true, volBytes: 64, device: 'File', error: '' })
    expect(asked).toMatchObject({
      request: { device: 'File', volume: 'Full-0001', slot: 3, drive: 0 },
      peer: { kind: 'director', name: 'dir', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    })
    expect(await peer.connection.cipher()).toMatch(/^TLS_\w+ TLSv1\.3$/)
  })

  it('in both directions carries messages in order until both sides end', async () => {
    const backupSession: Duplex<BackupSessionCommand, BackupSessionEventInit> = async (call) => {
      const start = await call.receive()
      const device = start?.command === 'start' ? start.start.device : ''
      await call.send({ event: 'opened', opened: { device } })
      for await (const command of call) {
        if (command.command !== 'committed') continue
        await call.send({ event: 'commit', commit: { number: command.committed.number + 1 } })
      }
      await call.send({ event: 'end', end: {} })
    }
    await start({ storageDaemon: storageDaemon({ backupSession }) })
    const call = loopback.dial('director').storageDaemon.backupSession()
    await call.send({ command: 'start', start: { device: 'File' } })
    expect(await call.receive()).toMatchObject({ event: 'opened', opened: { device: 'File' } })
    await call.send({ command: 'committed', committed: { number: 41 } })
    for await (const event of call) {
      expect(event).toMatchObject({ event: 'commit', commit: { number: 42 } })
      break
    }
    call.end()
    expect(await call.receive()).toMatchObject({ event: 'end' })
    expect(await call.receive()).toBeUndefined()
  })

  it('that fails brings code, text and hint, and a defect nothing but its code', async () => {
    await start({
      storageDaemon: storageDaemon({
        label: async () => {
          throw new CofferError('listen-failed', 'device "Tape" is busy')
        },
        mount: async () => {
          throw new Error('password=geheim')
        },
      }),
    })
    const { storageDaemon: calls } = loopback.dial('director')
    await expect(calls.label({})).rejects.toMatchObject({
      code: 'listen-failed',
      message: 'device "Tape" is busy',
    })
    const failure: unknown = await calls.mount({}).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'internal-bug' })
    expect(String(failure)).not.toContain('geheim')
    expect(loopback.bugs.map((bug) => bug.message)).toEqual(['password=geheim'])
  })

  it('that is not answered in its time fails, and its handler is told', async () => {
    const told = signal<unknown>()
    await start({
      storageDaemon: storageDaemon({
        status: (_request, context) =>
          new Promise((_resolve, reject) => {
            context.signal.addEventListener('abort', () => {
              told.settle(context.signal.reason)
              reject(context.signal.reason as Error)
            })
          }),
      }),
    })
    const peer = loopback.dial('director')
    await expect(peer.storageDaemon.status({}, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'call-timeout',
    })
    expect(await told.settled).toMatchObject({ code: 'call-canceled' })
  })

  it('that its caller cancels ends with the reason at both ends', async () => {
    const told = signal<unknown>()
    const append: Duplex<Buffer, AppendEventInit> = async (call, context) => {
      await call.send({ durableFileIndex: 1 })
      await call.receive().catch(() => undefined)
      told.settle(context.signal.reason)
    }
    await start({ storageData: storageData({ append }) })
    const controller = new AbortController()
    const call = loopback.dial('job').storageData.append({ signal: controller.signal })
    await call.receive()
    controller.abort(new CofferError('call-canceled', 'job 7 was canceled by the operator'))
    await expect(call.receive()).rejects.toThrow('job 7 was canceled by the operator')
    await expect(call.send(Buffer.alloc(1))).rejects.toMatchObject({ code: 'call-canceled' })
    expect(await told.settled).toMatchObject({ code: 'call-canceled' })
  })

  it('of a stream that is left early is canceled', async () => {
    const told = signal()
    await start({
      storageData: storageData({
        read: async function* (_request, context) {
          context.signal.addEventListener('abort', () => told.settle())
          while (!context.signal.aborted) yield Buffer.alloc(100_000)
        },
      }),
    })
    for await (const batch of loopback.dial('job').storageData.read({})) {
      expect(batch.length).toBe(100_000)
      break
    }
    await told.settled
  })

  it('cannot begin when its signal is aborted already', async () => {
    await start({ storageDaemon: storageDaemon({}) })
    const peer = loopback.dial('director')
    await expect(
      peer.storageDaemon.status({}, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'call-canceled' })
  })

  it('with a message beyond the limit fails and leaves the connection as it was', async () => {
    const append: Duplex<Buffer, AppendEventInit> = async (call) => {
      for await (const batch of call) await call.send({ durableFileIndex: batch.length })
    }
    await start({ storageData: storageData({ append }) })
    const peer = loopback.dial('job')
    const call = peer.storageData.append()
    await expect(call.send(Buffer.alloc(MAX_DATA_MESSAGE_BYTES + 1))).rejects.toMatchObject({
      code: 'message-too-large',
    })
    await call.send(Buffer.alloc(MAX_DATA_MESSAGE_BYTES - 16))
    expect(await call.receive()).toMatchObject({ durableFileIndex: MAX_DATA_MESSAGE_BYTES - 16 })
    call.end()
    expect(await call.receive()).toBeUndefined()
  })
})

describe('back-pressure', () => {
  it('holds a sender whose receiver does not read', async () => {
    const go = signal()
    let received = 0
    const append: Duplex<Buffer, AppendEventInit> = async (call) => {
      await go.settled
      for await (const batch of call) received += batch.length
    }
    await start({ storageData: storageData({ append }) })
    const call = loopback.dial('job').storageData.append()
    const batch = Buffer.alloc(1024 * 1024)
    let sent = 0
    const sending = (async () => {
      for (; sent < 100; sent++) await call.send(batch)
      call.end()
    })()
    await expect.poll(() => sent).toBeGreaterThan(2)
    // The sender has come to a stop when a login on another connection brings nothing new.
    for (let before = -1; before !== sent; ) {
      before = sent
      await loopback.dial('job').connection.cipher()
    }
    expect(sent).toBeLessThan(40)
    go.settle()
    await sending
    expect(await call.receive()).toBeUndefined()
    expect(received).toBe(100 * batch.length)
  })

  it('holds a handler whose caller does not read', async () => {
    let yielded = 0
    await start({
      storageData: storageData({
        read: async function* () {
          for (; yielded < 100; yielded++) yield Buffer.alloc(1024 * 1024)
        },
      }),
    })
    const batches = loopback.dial('job').storageData.read({})[Symbol.asyncIterator]()
    await batches.next()
    await expect.poll(() => yielded).toBeGreaterThan(2)
    for (let before = -1; before !== yielded; ) {
      before = yielded
      await loopback.dial('job').connection.cipher()
    }
    expect(yielded).toBeLessThan(40)
    await batches.return?.()
  })
})

describe('who may call', () => {
  it.each([
    ['job', 'a job may not call the service "StorageDaemon"'],
    ['console', 'a console may not call the service "StorageDaemon"'],
  ] as const)('is not a %s where only the Director may', async (kind, text) => {
    await start({ storageDaemon: storageDaemon({}) })
    await expect(loopback.dial(kind).storageDaemon.status({})).rejects.toMatchObject({
      code: 'call-forbidden',
      message: text,
    })
  })

  it('is told of a service that is not there', async () => {
    await start({ storageDaemon: storageDaemon({}) })
    await expect(loopback.dial('director').fileDaemon.status({})).rejects.toMatchObject({
      code: 'call-unsupported',
    })
  })

  it('is not who has another secret or an unknown name; the server learns of it', async () => {
    await start({ storageDaemon: storageDaemon({}) })
    const wrong = loopback.dial('director', { secret: new Secret('wrong') })
    await expect(wrong.storageDaemon.status({})).rejects.toMatchObject({
      code: 'peer-refused',
      message: expect.stringContaining(`storage daemon "File" at 127.0.0.1:${loopback.port}`),
    })
    const unknown = loopback.dial('director', { identity: { kind: 'director', name: 'mallory' } })
    await expect(unknown.storageDaemon.status({})).rejects.toMatchObject({ code: 'peer-refused' })
    expect(loopback.refusals).toMatchObject([
      { identity: 'director:dir', reason: 'the Password is not the same' },
      { identity: 'director:mallory', reason: 'the name is not known' },
    ])
    expect(JSON.stringify(loopback.refusals)).not.toContain(SECRET)
  })

  it('is a job only while its session lasts', async () => {
    let key: Secret | undefined = new Secret(SECRET)
    await start({ storageData: storageData({}) }, { secretFor: () => key })
    const peer = loopback.dial('job')
    const drain = async () => {
      for await (const _ of peer.storageData.read({})) continue
    }
    await drain()
    key = undefined
    await expect(drain()).rejects.toMatchObject({ code: 'peer-refused' })
  })
})

describe('a server that closes', () => {
  it('lets running calls end within the grace', async () => {
    const go = signal()
    await start({
      storageDaemon: storageDaemon({
        status: async () => {
          await go.settled
          return { daemon: { name: 'File' } }
        },
      }),
    })
    const peer = loopback.dial('director')
    await peer.connection.cipher()
    const answer = peer.storageDaemon.status({})
    await expect.poll(() => loopback.server.activeCalls()).toBe(1)
    const closed = loopback.server.close(10_000)
    go.settle()
    expect(await answer).toMatchObject({ daemon: { name: 'File' } })
    await closed
    await expect(peer.storageDaemon.status({})).rejects.toMatchObject({ code: 'peer-unreachable' })
  })

  it('ends what runs after the grace, with words', async () => {
    const append: Duplex<Buffer, AppendEventInit> = async (call) => {
      await call.send({ durableFileIndex: 1 })
      await call.receive()
    }
    await start({ storageData: storageData({ append }) })
    const call = loopback.dial('job').storageData.append()
    await call.receive()
    await loopback.server.close(0)
    await expect(call.receive()).rejects.toMatchObject({ code: 'peer-closing' })
  })

  it('is dialled again when it is back', async () => {
    await start({ storageDaemon: storageDaemon({}) })
    const { port } = loopback
    const peer = loopback.dial('director')
    await peer.storageDaemon.status({})
    await loopback.server.close(0)
    await start({ storageDaemon: storageDaemon({}) }, { addresses: [{ host: '127.0.0.1', port }] })
    await peer.storageDaemon.status({})
    peer.close()
  })
})

describe('an address', () => {
  it('that is in use is named', async () => {
    await start({})
    const taken = startLoopback({ addresses: [{ host: '127.0.0.1', port: loopback.port }] })
    await expect(taken).rejects.toMatchObject({
      code: 'listen-failed',
      message: `cannot listen on 127.0.0.1:${loopback.port}: the address is in use`,
    })
  })

  it('may be any of IPv6 and IPv4', async () => {
    await start({ storageDaemon: storageDaemon({}) }, { addresses: [{ host: '::', port: 0 }] })
    for (const host of ['::1', '127.0.0.1', 'localhost']) {
      await loopback.dial('director', { host }).storageDaemon.status({})
    }
  })
})
