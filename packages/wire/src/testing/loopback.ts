// A wire server on loopback with everything a test wants to vary, and lines to it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CofferError, Secret } from '@coffer/core'
import type { PeerKind } from '../call.ts'
import { dial, type DialOptions, type Peer } from '../dial.ts'
import { makeSelfSigned } from '../self-signed.ts'
import { type Refusal, serve, type ServeOptions, type WireServer } from '../serve.ts'
import type { ServerTls } from '../tls-options.ts'

export interface Loopback {
  readonly server: WireServer
  readonly port: number
  readonly tls: ServerTls
  readonly refusals: Refusal[]
  readonly bugs: CofferError[]
  /** A line with the right secret, unless the options say otherwise; closed with the server. */
  dial(kind: PeerKind, options?: Partial<DialOptions>): Peer
  close(): Promise<void>
}

export const SECRET = '5ebe2294ecd0e0f08eab7690d2a6ee69'

/** Knows `director:dir`, `console:con` and `job:job`, all with the same secret. */
export async function startLoopback(options: Partial<ServeOptions> = {}): Promise<Loopback> {
  const tls = options.tls ?? (await passingCertificate())
  const refusals: Refusal[] = []
  const bugs: CofferError[] = []
  const server = await serve({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    tls,
    secretFor: ({ kind, name }) => (name === NAMES[kind] ? new Secret(SECRET) : undefined),
    services: {},
    onRefused: (refusal) => refusals.push(refusal),
    onBug: (error) => bugs.push(error),
    ...options,
  })
  const port = server.addresses[0]?.port ?? 0
  const lines: Peer[] = []
  return {
    server,
    port,
    tls,
    refusals,
    bugs,
    dial: (kind, dialOptions = {}) => {
      const line = dial({ ...lineTo(port, kind), ...dialOptions })
      lines.push(line)
      return line
    },
    close: async () => {
      for (const line of lines) line.close()
      await server.close(0)
    },
  }
}

async function passingCertificate(): Promise<ServerTls> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-wire-'))
  try {
    return await makeSelfSigned(directory, 'server')
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const NAMES: Readonly<Record<string, string>> = { director: 'dir', console: 'con', job: 'job' }

export function lineTo(port: number, kind: PeerKind): DialOptions {
  return {
    host: '127.0.0.1',
    port,
    identity: { kind, name: NAMES[kind] ?? '' },
    secret: new Secret(SECRET),
    tls: {},
    peerName: 'storage daemon "File"',
  }
}
