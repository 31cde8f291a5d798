// The way from this daemon to the storage session of one Job.
import { CofferError, Secret } from '@coffer/core'
import {
  dial,
  type Peer,
  readClientTls,
  type StorageTicket,
  type TlsDirectives,
} from '@coffer/wire'

export interface StorageLineOptions {
  readonly ticket: StorageTicket | null
  readonly tls: TlsDirectives
  readonly connectTimeoutMs: number
  /** Undefined for the default. */
  readonly keepaliveMs: number | undefined
}

export interface StorageLine {
  readonly peer: Peer
  /** "Connected Storage daemon at host:port, encryption: …". */
  readonly greeting: string
}

/** What a storage daemon said went wrong, with its name where the text does not have it. */
export function ofStorage(thrown: unknown, ticket: StorageTicket | null): unknown {
  const name = nameOf(ticket)
  if (!(thrown instanceof CofferError) || thrown.message.includes(name)) return thrown
  return new CofferError(thrown.code, `${name}: ${thrown.message}`, { cause: thrown })
}

/** The messages of a storage daemon; their failure names it. */
export async function* messagesOf<Message>(
  messages: AsyncIterable<Message>,
  ticket: StorageTicket | null,
): AsyncGenerator<Message> {
  try {
    yield* messages
  } catch (error) {
    throw ofStorage(error, ticket)
  }
}

/** Connects and proves the Job's key. Rejects with what `dial` rejects with, naming the storage daemon. */
export async function openStorageLine(options: StorageLineOptions): Promise<StorageLine> {
  const { ticket } = options
  if (ticket === null) {
    throw new CofferError('job-protocol', 'the Director did not say where the storage daemon is')
  }
  const { address, port, job, key, certificateSha256 } = ticket
  const configured = await readClientTls(options.tls)
  const peer = dial({
    host: address,
    port,
    identity: { kind: 'job', name: job },
    secret: new Secret(key),
    tls: { ...configured, ...(certificateSha256 === '' ? {} : { certificateSha256 }) },
    peerName: nameOf(ticket),
    connectTimeoutMs: options.connectTimeoutMs,
    keepaliveMs: options.keepaliveMs,
  })
  try {
    const cipher = await peer.connection.cipher()
    const greeting = `Connected Storage daemon at ${address}:${port}, encryption: ${cipher}`
    return { peer, greeting }
  } catch (error) {
    peer.close()
    throw error
  }
}

function nameOf(ticket: StorageTicket | null): string {
  return `storage daemon "${ticket?.storage ?? ''}"`
}
