import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { CallContext } from './call.ts'
import { dial, type Peer } from './dial.ts'
import { lineTo, type Loopback, startLoopback } from './testing/loopback.ts'

// A real process at the other end, so that it can be killed and stopped. It runs the built package.
const CHILD = `
import { Secret } from '@coffer/core'
import { dial, makeSelfSigned, serve } from '@coffer/wire'
const secret = new Secret('5ebe2294ecd0e0f08eab7690d2a6ee69')
const [role, port] = process.argv.slice(1)
if (role === 'server') {
  const tls = await makeSelfSigned(process.env.DIRECTORY, 'child')
  const server = await serve({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    tls,
    secretFor: () => secret,
    services: {
      storageData: {
        async append(call) {
          await call.send({ durableFileIndex: 1 })
          for await (const _ of call);
        },
        async *read() {
          for (;;) yield Buffer.alloc(1000)
        },
      },
    },
  })
  console.log(server.addresses[0].port)
} else {
  const peer = dial({ host: '127.0.0.1', port: Number(port), identity: { kind: 'job', name: 'job' },
    secret, tls: {}, peerName: 'parent' })
  const call = peer.storageData.append()
  await call.send(Buffer.alloc(1000))
  console.log('sent')
  await call.receive()
}
`

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-peer-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const children: ChildProcess[] = []
const lines: Peer[] = []
let loopback: Loopback | undefined
afterEach(async () => {
  for (const line of lines.splice(0)) line.close()
  for (const child of children.splice(0)) {
    const gone =
      child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    child.kill('SIGKILL')
    await gone
  }
  await loopback?.close()
  loopback = undefined
})

async function startChild(role: string, port = 0): Promise<{ child: ChildProcess; said: string }> {
  const argv = ['--input-type=module', '--eval', CHILD, role, String(port)]
  const child = spawn(process.execPath, argv, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DIRECTORY: directory },
  })
  children.push(child)
  const [said] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { child, said }
}

const fast = { keepaliveMs: 200, keepaliveTimeoutMs: 300 }
const lost = { code: 'peer-lost', message: expect.stringContaining('storage daemon "File"') }

async function callOfChild() {
  const { child, said } = await startChild('server')
  const line = dial({ ...lineTo(Number(said), 'job'), ...fast })
  lines.push(line)
  const call = line.storageData.append()
  expect(await call.receive()).toMatchObject({ durableFileIndex: 1 })
  return { child, call, line }
}

describe('a peer that vanishes in the middle of a call', () => {
  it('killed, ends the receiving and the sending with its name', async () => {
    const { child, call } = await callOfChild()
    const receiving = call.receive()
    const sending = (async () => {
      for (;;) await call.send(Buffer.alloc(1024 * 1024))
    })()
    child.kill('SIGKILL')
    await expect(receiving).rejects.toMatchObject(lost)
    await expect(sending).rejects.toMatchObject(lost)
  })

  it('silent, is given up after the keepalive time', async () => {
    const { child, call } = await callOfChild()
    child.kill('SIGSTOP')
    await expect(call.receive()).rejects.toMatchObject(lost)
  })

  it('silent, is given up also while it is sent more than it takes', async () => {
    const { child, call } = await callOfChild()
    child.kill('SIGSTOP')
    const sending = (async () => {
      for (;;) await call.send(Buffer.alloc(1024 * 1024))
    })()
    await expect(sending).rejects.toMatchObject(lost)
  })

  it('silent before it is called, is unreachable after the connect time', async () => {
    const { child, said } = await startChild('server')
    child.kill('SIGSTOP')
    const line = dial({ ...lineTo(Number(said), 'job'), connectTimeoutMs: 300 })
    lines.push(line)
    await expect(line.connection.cipher()).rejects.toMatchObject({
      code: 'peer-unreachable',
      message: `storage daemon "File" at 127.0.0.1:${said} did not answer within 0.3 s`,
    })
  })
})

describe('a caller that vanishes', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)('by %s ends its call at the server', async (signal) => {
    let context: CallContext | undefined
    let failure: unknown
    loopback = await startLoopback({
      ...fast,
      services: {
        storageData: {
          append: async (call, callContext) => {
            context = callContext
            await call.receive()
            await call.receive().catch((error: unknown) => (failure = error))
          },
          read: async function* () {},
        },
      },
    })
    const { child } = await startChild('caller', loopback.port)
    await expect.poll(() => context).toBeDefined()
    child.kill(signal)
    await expect.poll(() => failure, { timeout: 5000 }).toMatchObject({ code: 'peer-lost' })
    expect(context?.signal.reason).toBe(failure)
  })
})

describe('a peer that is not there', () => {
  it('is named with the reason', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    server.close()
    await once(server, 'close')
    const line = dial(lineTo(port, 'job'))
    lines.push(line)
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(line.storageData.append().receive()).rejects.toMatchObject({
        code: 'peer-unreachable',
        message: `cannot reach storage daemon "File" at 127.0.0.1:${port}: the connection was refused`,
      })
    }
  })

  it('and has another program in its place is told apart', async () => {
    const server = createServer((socket) => socket.end('220 mail.example.org ESMTP\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const line = dial(lineTo(port, 'job'))
    lines.push(line)
    await expect(line.connection.cipher()).rejects.toMatchObject({
      code: 'peer-unreachable',
      message: expect.stringContaining('does not speak TLS 1.3'),
    })
    server.close()
  })
})
