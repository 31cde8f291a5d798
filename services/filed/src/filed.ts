// The file daemon as a whole: listens for Directors and does what they ask.
import {
  Bandwidth,
  type Clock,
  listenAddresses,
  type MessageType,
  MESSAGE_TYPES,
} from '@coffer/core'
import {
  type DaemonService,
  type DebugControl,
  type Log,
  readOsName,
  runCommand,
} from '@coffer/daemon'
import { makeSelfSigned, readServerTls, serve } from '@coffer/wire'
import type { FiledConfig } from './config/load.ts'
import { hookDirectory } from './hooks/hook-directory.ts'
import { JobBook } from './job/job-book.ts'
import { readPkiKeys } from './pki-keys.ts'
import { fileDaemonHandlers } from './rpc/handlers.ts'
import { permissionsOf } from './rpc/permissions.ts'

export interface FiledContext {
  readonly log: Log
  readonly clock: Clock
  /** What hooks inherit. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly debug: DebugControl
}

export interface Filed extends DaemonService {
  /** Where it listens, with real ports. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
}

/** The Director has just spoken to the storage daemon: who cannot reach it by then will not. */
const MAX_CONNECT_SECONDS = 60
/** How long running Jobs may go on when the daemon is asked to end. */
const CLOSE_GRACE_MS = 5_000
/** Without a Messages resource everything goes to the Director but what would flood it. */
const UNWANTED: ReadonlySet<MessageType> = new Set(['skipped', 'restored', 'saved', 'debug'])

/** Throws what `serve` throws when it cannot listen, and `tls-unusable`. */
export async function startFiled(
  config: FiledConfig,
  { log, clock, debug, env }: FiledContext,
): Promise<Filed> {
  const { client } = config
  const { name: daemon, workingDirectory } = client
  const book = new JobBook({
    workingDirectory,
    daemon,
    limit: client.maximumConcurrentJobs,
    nowMs: () => clock.nowMs(),
  })
  await book.load()
  const heartbeatMs = client.heartbeatInterval * 1000
  const keepaliveMs = heartbeatMs > 0 ? heartbeatMs : undefined
  const fileDaemon = fileDaemonHandlers({
    daemon,
    clock,
    log,
    book,
    workingDirectory,
    tls: client,
    connectTimeoutMs: Math.min(client.sdConnectTimeout, MAX_CONNECT_SECONDS) * 1000,
    keepaliveMs,
    readers: client.maximumWorkersPerJob > 0 ? client.maximumWorkersPerJob : undefined,
    messageTypes: messageTypesOf(config),
    osName: await readOsName(),
    hooks: {
      directory: hookDirectory(client.hooksDirectory, env),
      timeoutMs: client.hookTimeout * 1000,
      env,
    },
    bandwidth: bandwidthOf(config, clock),
    pki: await readPkiKeys(client),
    runCommand,
    startedMs: clock.nowMs(),
    maxJobMs: client.absoluteJobTimeout * 1000,
    debug,
    memoryRssBytes: () => process.memoryUsage.rss(),
    permissionsOf: (director) => permissionsOf(config, director),
  })
  const server = await serve({
    addresses: listenAddresses(client),
    tls: await readServerTls(client, () => makeSelfSigned(workingDirectory, daemon, clock)),
    secretFor: ({ kind, name }) =>
      kind === 'director' ? config.directors.get(name)?.password : undefined,
    services: { fileDaemon },
    onRefused: ({ address, identity, reason }) => {
      log.warn({ address, identity, reason }, 'login refused')
    },
    onBug: (error) => {
      log.error({ error }, 'a call failed')
    },
    keepaliveMs,
    clock,
  })
  log.info({ addresses: server.addresses }, 'listening')
  return { addresses: server.addresses, close: () => server.close(CLOSE_GRACE_MS) }
}

function bandwidthOf({ client, directors }: FiledConfig, clock: Clock): Bandwidth {
  return new Bandwidth({
    clock,
    limit: client.maximumBandwidthPerJob,
    directorLimit: (director) => directors.get(director)?.maximumBandwidthPerJob ?? 0,
    bursts: client.allowBandwidthBursting,
  })
}

/** What the Messages resource sends to the Director. */
function messageTypesOf({ client, messages }: FiledConfig): ReadonlySet<MessageType> {
  const resource =
    client.messages === undefined ? [...messages.values()][0] : messages.get(client.messages)
  const toDirector = resource?.destinations.filter(({ kind }) => kind === 'director') ?? []
  const all = Object.keys(MESSAGE_TYPES) as MessageType[]
  if (toDirector.length === 0) return new Set(all.filter((type) => !UNWANTED.has(type)))
  return new Set(toDirector.flatMap(({ types }) => [...types]))
}
