// The storage daemon: owns Devices and Volumes, writes and reads record streams.
import { hostname, release, type } from 'node:os'
import { Bandwidth, type Clock, listenAddresses, type Secret } from '@coffer/core'
import type { DebugControl, Log } from '@coffer/daemon'
import { makeSelfSigned, readServerTls, serve } from '@coffer/wire'
import type { StorageConfig } from './config/load.ts'
import { makeDeviceTable } from './device/device-table.ts'
import { DeviceSlots } from './device/reserve.ts'
import { deviceHandlers } from './rpc/device-handlers.ts'
import { guardMonitors } from './rpc/monitor-guard.ts'
import { dataHandlers, directorSessions } from './rpc/session-handlers.ts'
import type { CommitPolicy } from './session/backup-session.ts'
import { EndedJobs } from './session/ended-jobs.ts'
import type { FaultPoints } from './session/faults.ts'
import { makeSpoolPlaces } from './session/spool-places.ts'
import { SessionBook } from './session/session-book.ts'

export { loadStorageConfig, type StorageConfig } from './config/load.ts'
export { FAULT_POINTS, type FaultPoint, type FaultPoints, planFaults } from './session/faults.ts'
export { runChanger } from './changer/virtual-changer.ts'
export { runBcopy } from './tools/bcopy.ts'
export { runBextract } from './tools/bextract.ts'
export { runBls } from './tools/bls.ts'
export { runBscan, type ScanIo } from './tools/bscan.ts'
export type {
  CatalogSink,
  ScannedJob,
  ScannedJobEnd,
  ScannedJobMedia,
  ScannedVolume,
} from './tools/catalog-sink.ts'
export type { TextSink, ToolIo } from './tools/tool-io.ts'
export type { SessionKey } from './volume/block.ts'

export interface StorageContext {
  readonly log: Log
  readonly clock: Clock
  readonly debug: DebugControl
  /** For tests only. */
  readonly faults?: FaultPoints | undefined
}

export interface StorageDaemon {
  /** Where it listens, with real ports. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
  close(): Promise<void>
}

/** Bytes of data, bytes of attributes and time after which a session commits. */
const COMMIT_EVERY_BYTES = 512 * 1024 * 1024
const COMMIT_ATTRIBUTE_BYTES = 8 * 1024 * 1024
const COMMIT_EVERY_MS = 60_000
/** Longer than this nobody waits for a peer that does not answer. */
const MAX_CONNECT_SECONDS = 60
/** How long running Jobs may go on when the daemon is asked to end. */
const CLOSE_GRACE_MS = 5000

/** Throws `device-unsupported`, and what `serve` throws when it cannot listen. */
export async function startStorage(
  config: StorageConfig,
  { log, clock, debug, faults }: StorageContext,
): Promise<StorageDaemon> {
  const { storage } = config
  const startedMs = clock.nowMs()
  const { name: daemon, workingDirectory } = storage
  const { devices, autochangers } = config
  const hostName = hostname()
  const table = makeDeviceTable({ devices, autochangers, clock, daemon, hostName })
  const slots = new DeviceSlots()
  const book = new SessionBook(startedMs)
  const ended = new EndedJobs(workingDirectory, daemon)
  await ended.load()
  const tls = await readServerTls(storage, () => makeSelfSigned(workingDirectory, daemon, clock))
  let certificateSha256 = ''
  const sessionPorts = {
    daemon,
    clock,
    table,
    slots,
    book,
    ended,
    policy: commitPolicy(storage.checkpointInterval),
    bandwidth: bandwidthOf(config, clock),
    spools: makeSpoolPlaces(devices, workingDirectory),
    clientWaitMs: storage.clientConnectWait * 1000,
    maxJobMs: storage.absoluteJobTimeout * 1000,
    certificateSha256: () => certificateSha256,
    tls: storage,
    connectTimeoutMs: Math.min(storage.sdConnectTimeout, MAX_CONNECT_SECONDS) * 1000,
    faults,
  }
  const os = `${type()} ${release()}`
  const memoryRssBytes = (): number => process.memoryUsage.rss()
  const devicePorts = { ...sessionPorts, startedMs, os, debug, memoryRssBytes }
  const server = await serve({
    addresses: listenAddresses(storage),
    tls,
    secretFor: (identity) => findSecret(config, book, identity),
    services: {
      storageDaemon: guardMonitors(
        { ...directorSessions(sessionPorts), ...deviceHandlers(devicePorts) },
        (director) => config.directors.get(director)?.monitor === true,
      ),
      storageData: dataHandlers(sessionPorts),
    },
    onRefused: ({ address, identity, reason }) => {
      log.warn({ address, identity, reason }, 'login refused')
    },
    onBug: (error) => {
      log.error({ error }, 'a call failed')
    },
    keepaliveMs: storage.heartbeatInterval > 0 ? storage.heartbeatInterval * 1000 : undefined,
  })
  certificateSha256 = server.certificateSha256
  log.info({ addresses: server.addresses, devices: [...table.devices.keys()] }, 'listening')
  return { addresses: server.addresses, close: () => server.close(CLOSE_GRACE_MS) }
}

/** Directors by their Password; a file daemon by the key of the Job that it comes for. */
function findSecret(
  config: StorageConfig,
  book: SessionBook,
  { kind, name }: { readonly kind: string; readonly name: string },
): Secret | undefined {
  if (kind === 'job') return book.secretOf(name)
  if (kind === 'director') return config.directors.get(name)?.password
  return undefined
}

function bandwidthOf({ storage, directors }: StorageConfig, clock: Clock): Bandwidth {
  return new Bandwidth({
    clock,
    limit: storage.maximumBandwidthPerJob,
    directorLimit: (director) => directors.get(director)?.maximumBandwidthPerJob ?? 0,
    bursts: storage.allowBandwidthBursting,
  })
}

function commitPolicy(checkpointSeconds: number): CommitPolicy {
  return {
    everyBytes: COMMIT_EVERY_BYTES,
    everyMs: checkpointSeconds === 0 ? COMMIT_EVERY_MS : checkpointSeconds * 1000,
    attributeBytes: COMMIT_ATTRIBUTE_BYTES,
  }
}
