import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectHttp2, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type Server, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { dial, type Peer } from './dial.ts'
import type { StorageDaemonHandlers } from './gen/services.ts'
import { methodsOf } from './codec.ts'
import { makeSelfSigned } from './self-signed.ts'
import { PeerConnection } from './peer-connection.ts'
import { makeAuthority } from './testing/authority.ts'
import { type Loopback, lineTo, startLoopback } from './testing/loopback.ts'
import type { ServeOptions } from './serve.ts'
import type { ServerTls } from './tls-options.ts'
import { TOKEN_KEY } from './token-key.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const storageDaemon = { status: async () => ({}) } as unknown as StorageDaemonHandlers

async function start(options: Partial<ServeOptions> = {}): Promise<Loopback> {
  const loopback = await startLoopback({ services: { storageDaemon }, ...options })
  closers.push(() => loopback.close())
  return loopback
}

async function selfSigned(): Promise<ServerTls> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-trust-'))
  closers.push(() => rm(directory, { recursive: true }))
  return makeSelfSigned(directory, 'between')
}

/** Terminates TLS with a certificate of its own and passes on what it reads, both ways. */
async function standBetween(port: number): Promise<{ port: number; seen: () => string }> {
  const { certificatePem, keyPem } = await selfSigned()
  const seen: Buffer[] = []
  const sockets: TLSSocket[] = []
  const server: Server = createServer(
    { cert: certificatePem, key: keyPem, ALPNProtocols: ['h2'] },
    (near) => {
      const far = connect({
        host: '127.0.0.1',
        port,
        ALPNProtocols: ['h2'],
        rejectUnauthorized: false,
      })
      near.on('data', (chunk: Buffer) => seen.push(chunk))
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('error', () => undefined).pipe(to)
        sockets.push(from)
      }
    },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    seen: () => Buffer.concat(seen).toString('latin1'),
  }
}

function line(port: number, tls = {}, host = 'localhost'): Peer {
  const peer = dial({ ...lineTo(port, 'director'), host, tls })
  closers.push(() => peer.close())
  return peer
}

describe('a machine in the middle', () => {
  it('with a certificate of its own gets nowhere, though both ends know the Password', async () => {
    const loopback = await start()
    const between = await standBetween(loopback.port)
    await expect(line(between.port).storageDaemon.status({})).rejects.toMatchObject({
      code: 'peer-refused',
    })
    expect(between.seen()).toContain('tls-server-end-point')
    expect(loopback.refusals).toMatchObject([
      { identity: 'director:dir', reason: expect.stringContaining('another certificate') },
    ])
  })

  it('is not talked to at all when the certificate was announced', async () => {
    const loopback = await start()
    const between = await standBetween(loopback.port)
    const { certificateSha256 } = loopback.server
    await line(loopback.port, { certificateSha256 }).storageDaemon.status({})
    await expect(
      line(between.port, { certificateSha256 }).storageDaemon.status({}),
    ).rejects.toMatchObject({ code: 'certificate-refused' })
    expect(between.seen()).not.toContain('tls-server-end-point')
  })
})

describe('certificates of an authority', () => {
  const ours = makeAuthority('our CA')
  const others = makeAuthority('their CA')
  const serverTls = { ...ours.issue('sd', 'localhost'), caPem: ours.caPem }

  it('open the line when both sides are signed by it', async () => {
    const loopback = await start({ tls: serverTls })
    const tls = { ...ours.issue('dir', 'dir'), caPem: ours.caPem }
    await line(loopback.port, tls).storageDaemon.status({})
    expect(loopback.refusals).toEqual([])
  })

  it('of another authority are refused by the caller', async () => {
    const loopback = await start({ tls: { ...serverTls, verifyPeer: false } })
    await expect(
      line(loopback.port, { caPem: others.caPem }).storageDaemon.status({}),
    ).rejects.toMatchObject({
      code: 'certificate-refused',
      message: expect.stringContaining('storage daemon "File"'),
    })
  })

  it('for another host are refused by the caller', async () => {
    const loopback = await start({ tls: { ...serverTls, verifyPeer: false } })
    await expect(
      line(loopback.port, { caPem: ours.caPem }, '127.0.0.1').storageDaemon.status({}),
    ).rejects.toMatchObject({ code: 'certificate-refused' })
  })

  it.each([
    ['of another authority', () => ({ ...others.issue('dir', 'dir') }), undefined],
    ['with a common name that is not allowed', () => ours.issue('mallory', 'dir'), ['dir']],
    ['that are missing', () => ({}), undefined],
  ])('%s are refused by the server, and it says so', async (_what, client, allowedCns) => {
    const loopback = await start({ tls: { ...serverTls, allowedCns } })
    const peer = line(loopback.port, { ...client(), caPem: ours.caPem })
    await expect(peer.storageDaemon.status({})).rejects.toMatchObject({
      code: 'certificate-refused',
      message: expect.stringContaining('refused'),
    })
    expect(loopback.refusals).toMatchObject([{ reason: expect.stringContaining('certificate') }])
  })

  it('with an allowed common name open the line', async () => {
    const loopback = await start({ tls: { ...serverTls, allowedCns: ['dir'] } })
    const tls = { ...ours.issue('dir', 'dir'), caPem: ours.caPem, allowedCns: ['sd'] }
    await line(loopback.port, tls, '127.0.0.1').storageDaemon.status({})
  })

  it('that do not fit their key stop the server from starting', async () => {
    const { keyPem } = ours.issue('x', 'x')
    await expect(start({ tls: { ...serverTls, keyPem } })).rejects.toMatchObject({
      code: 'tls-unusable',
    })
  })
})

describe('a token', () => {
  const status = methodsOf('StorageDaemon').find((method) => method.name === 'status')?.path ?? ''

  /** Calls `status` by hand on a connection of its own; the gRPC status that comes back. */
  async function callWith(port: number, token: string): Promise<string> {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
    closers.push(() => session.destroy())
    const stream = session.request({
      [constants.HTTP2_HEADER_PATH]: status,
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      [TOKEN_KEY]: token,
    })
    stream.end(Buffer.alloc(5))
    const answered = new Promise<string>((resolve) => {
      const take = (headers: Record<string, unknown>) => {
        const code = headers['coffer-code']
        if (headers['grpc-status'] !== undefined) resolve(typeof code === 'string' ? code : 'ok')
      }
      stream.on('response', take).on('trailers', take)
    })
    stream.resume()
    return answered
  }

  it('opens nothing on another connection', async () => {
    const loopback = await start()
    const connection = new PeerConnection(lineTo(loopback.port, 'director'))
    closers.push(() => connection.close())
    const token = await connection.logIn()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await callWith(loopback.port, token)).toBe('peer-refused')
    expect(await callWith(loopback.port, '')).toBe('peer-refused')
  })
})

describe('a connection on which nobody logs in', () => {
  it('is closed', async () => {
    const due: (() => void)[] = []
    const clock = {
      nowMs: () => 0,
      after: (_ms: number, action: () => void) => (due.push(action), () => undefined),
    }
    const loopback = await start({ clock })
    const session = connectHttp2(`https://127.0.0.1:${loopback.port}`, {
      rejectUnauthorized: false,
    })
    session.on('error', () => undefined)
    await once(session, 'remoteSettings')
    for (const action of due) action()
    await once(session, 'close')
  })
})
