// Lines to the other daemons: one for each resource, kept and shared, made anew when its resource changed.
import { type Clock, CofferError, type Secret } from '@coffer/core'
import {
  type DialOptions,
  dial,
  type FileDaemonCalls,
  type Peer,
  readClientTls,
  type StorageDaemonCalls,
  type TlsDirectives,
} from '@coffer/wire'
import type { DirectorConfig } from '../config/load.ts'
import type { DaemonLink, PeerLinks } from '../job/ports.ts'
import { missing } from '../job/request.ts'

/** What a Client and a Storage resource have in common. */
interface PeerResource extends TlsDirectives {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly password: Secret
  readonly heartbeatInterval: number
}

interface Line {
  /** Everything that the peer was dialed with; never shown. */
  readonly fingerprint: string
  readonly peer: Peer
}

/** A daemon that is restarted comes back within this time or so. */
const RETRY_MS = 5_000
/** One attempt; the configured time decides how many there are. */
const ATTEMPT_MS = 15_000

export class PeerBook implements PeerLinks {
  readonly #clock: Clock
  readonly #dial: (options: DialOptions) => Peer
  readonly #lines = new Map<string, Line>()
  /** Lines whose resource changed: Jobs of the old configuration may still speak on them. */
  readonly #retired: Peer[] = []

  constructor(clock: Clock, dialPeer: (options: DialOptions) => Peer = dial) {
    this.#clock = clock
    this.#dial = dialPeer
  }

  storage(config: DirectorConfig, name: string): DaemonLink<StorageDaemonCalls> {
    const resource = config.storages.get(name)
    if (resource === undefined) throw missing('Storage', name)
    return this.#link({
      config,
      resource,
      peerName: `storage daemon "${name}"`,
      patienceSeconds: config.director.sdConnectTimeout,
      calls: (peer) => peer.storageDaemon,
    })
  }

  filed(config: DirectorConfig, name: string): DaemonLink<FileDaemonCalls> {
    const resource = config.clients.get(name)
    if (resource === undefined) throw missing('Client', name)
    return this.#link({
      config,
      resource,
      peerName: `Client "${name}"`,
      patienceSeconds: config.director.fdConnectTimeout,
      calls: (peer) => peer.fileDaemon,
    })
  }

  close(): void {
    for (const { peer } of this.#lines.values()) peer.close()
    for (const peer of this.#retired) peer.close()
    this.#lines.clear()
  }

  #link<Calls>(wanted: Wanted<Calls>): DaemonLink<Calls> {
    let peer: Peer | undefined
    const { resource, peerName } = wanted
    return {
      host: resource.address,
      port: resource.port,
      peerName,
      get calls() {
        if (peer === undefined)
          throw new CofferError('internal-bug', `${peerName} is not connected`)
        return wanted.calls(peer)
      },
      connect: async (signal, onRetry) => {
        peer = await this.#peer(wanted)
        return this.#connect(peer, { signal, onRetry, patienceSeconds: wanted.patienceSeconds })
      },
    }
  }

  async #peer({ config, resource, peerName, patienceSeconds }: Wanted<unknown>): Promise<Peer> {
    const tls = await readClientTls(resource)
    const heartbeatSeconds = resource.heartbeatInterval || config.director.heartbeatInterval
    const options: DialOptions = {
      host: resource.address,
      port: resource.port,
      identity: { kind: 'director', name: config.director.name },
      secret: resource.password,
      tls,
      peerName,
      connectTimeoutMs: Math.min(ATTEMPT_MS, Math.max(1, patienceSeconds) * 1000),
      ...(heartbeatSeconds > 0 ? { keepaliveMs: heartbeatSeconds * 1000 } : {}),
    }
    const fingerprint = JSON.stringify([options, resource.password.reveal()])
    const known = this.#lines.get(peerName)
    if (known?.fingerprint === fingerprint) return known.peer
    if (known !== undefined) this.#retired.push(known.peer)
    const peer = this.#dial(options)
    this.#lines.set(peerName, { fingerprint, peer })
    return peer
  }

  async #connect(peer: Peer, patience: Patience): Promise<string> {
    const { signal, onRetry } = patience
    const untilMs = this.#clock.nowMs() + patience.patienceSeconds * 1000
    for (;;) {
      signal.throwIfAborted()
      try {
        return await unlessAborted(peer.connection.cipher(), signal)
      } catch (error) {
        const isLast = this.#clock.nowMs() + RETRY_MS >= untilMs
        if (isLast || signal.aborted || !mayHeal(error)) throw error
        await onRetry(error)
        await this.#pause(RETRY_MS, signal)
      }
    }
  }

  async #pause(waitMs: number, signal: AbortSignal): Promise<void> {
    let cancel: () => void = () => undefined
    const passed = new Promise<void>((resolve) => {
      cancel = this.#clock.after(waitMs, resolve)
    })
    try {
      await unlessAborted(passed, signal)
    } finally {
      cancel()
    }
  }
}

interface Wanted<Calls> {
  readonly config: DirectorConfig
  readonly resource: PeerResource
  readonly peerName: string
  readonly patienceSeconds: number
  readonly calls: (peer: Peer) => Calls
}

interface Patience {
  readonly signal: AbortSignal
  readonly onRetry: (error: unknown) => Promise<void>
  readonly patienceSeconds: number
}

/** A refused Password stays refused; a daemon that does not run may be started. */
function mayHeal(error: unknown): boolean {
  return error instanceof CofferError && error.entry.retry !== 'never'
}

/** The promise, or the signal's reason as soon as it is aborted; the work itself goes on. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  work.catch(() => undefined)
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(
        signal.reason instanceof Error
          ? signal.reason
          : new CofferError('call-canceled', 'the call was canceled'),
      )
    }
  })
  aborted.catch(() => undefined)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
