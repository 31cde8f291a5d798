// Records out of restore sessions, here or at other storage daemons, in place of a file daemon's.
import { CofferError, Secret } from '@coffer/core'
import {
  type AppendEventInit,
  dial,
  type Peer,
  readClientTls,
  type RecordSource,
  type StorageTicket,
  type TlsDirectives,
} from '@coffer/wire'
import type { SessionBook } from './session-book.ts'

/** What a session appends: batches of whole records, and what it answers to whoever sends them. */
export interface RecordStream {
  /** Undefined when there is no more. */
  receive(): Promise<Buffer | undefined>
  send(event: AppendEventInit): Promise<void>
}

export interface SourcePorts {
  readonly book: SessionBook
  /** Directives of this daemon for the connections that it opens. */
  readonly tls: TlsDirectives
  readonly connectTimeoutMs: number
}

/**
 * The records of all sources, each read to its end before the next is begun. Leave it early by `close`, which also ends
 * a read that is under way. Rejects with what reading failed with, which names the daemon that was read from.
 */
export class SourceStream implements RecordStream {
  readonly #stop = new AbortController()
  readonly #batches: AsyncGenerator<Uint8Array, void>

  constructor(sources: readonly RecordSource[], ports: SourcePorts) {
    this.#batches = readAll(sources, ports, this.#stop.signal)
  }

  async receive(): Promise<Buffer | undefined> {
    const { value } = await this.#batches.next()
    if (value === undefined) return undefined
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  /** Nobody waits to hear how far it is. */
  send(): Promise<void> {
    return Promise.resolve()
  }

  async close(): Promise<void> {
    this.#stop.abort(new CofferError('call-canceled', 'the session that reads has ended'))
    await this.#batches.return().catch(() => undefined)
  }
}

async function* readAll(
  sources: readonly RecordSource[],
  ports: SourcePorts,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for (const { ticket, here } of sources) {
    if (ticket === null) {
      throw new CofferError('protocol-violation', 'a source of records needs a ticket')
    }
    if (here) yield* ports.book.getRestore(ticket.job).read()
    else yield* readRemote(ticket, ports, signal)
  }
}

async function* readRemote(
  ticket: StorageTicket,
  ports: SourcePorts,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const peer = await connect(ticket, ports)
  try {
    yield* peer.storageData.read({}, { signal })
  } catch (error) {
    throw naming(ticket, error)
  } finally {
    peer.close()
  }
}

async function connect(
  { address, port, job, key, storage, certificateSha256 }: StorageTicket,
  { tls, connectTimeoutMs }: SourcePorts,
): Promise<Peer> {
  const configured = await readClientTls(tls)
  return dial({
    host: address,
    port,
    identity: { kind: 'job', name: job },
    secret: new Secret(key),
    tls: { ...configured, ...(certificateSha256 === '' ? {} : { certificateSha256 }) },
    peerName: `storage daemon "${storage}"`,
    connectTimeoutMs,
  })
}

/** A failure that says nothing of who failed gets the name of the daemon that was read from. */
function naming({ storage }: StorageTicket, thrown: unknown): unknown {
  const name = `storage daemon "${storage}"`
  if (!(thrown instanceof CofferError) || thrown.message.includes(name)) return thrown
  return new CofferError(thrown.code, `${name}: ${thrown.message}`, { cause: thrown })
}
