// The three daemons as the executable knows them: how each is configured, started and found again.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { systemClock } from '@coffer/core'
import {
  createDaemonLog,
  type DaemonArguments,
  type DaemonService,
  type DaemonStart,
  type DebugControl,
  type Log,
  parseDaemonArguments,
  requireConfig,
  runDaemon,
  testConfig,
} from '@coffer/daemon'

export const DAEMON_KINDS = ['storage', 'filed', 'director'] as const
export type DaemonKind = (typeof DAEMON_KINDS)[number]

/** What a daemon logs, and how loud. */
export interface Voice {
  readonly log: Log
  readonly debug: DebugControl
}

/** A daemon with its configuration read. */
export interface ConfiguredDaemon {
  /** Name of its own resource: "coffer-dir". */
  readonly name: string
  readonly workingDirectory: string
  start(voice: Voice, process: DaemonStart): Promise<DaemonService>
}

/** Where a daemon looks for its configuration when `-c` names nothing. */
const DEFAULT_CONFIG_PATHS = ['/etc/coffer', '/etc/bareos']
const PROGRAM_DIRECTORY = fileURLToPath(new URL('../bin', import.meta.url))

/** The configuration directory that holds without `-c`: the first of the usual ones that is there. */
export function defaultConfigPath(): string {
  return DEFAULT_CONFIG_PATHS.find((path) => existsSync(path)) ?? '/etc/coffer'
}

/** `coffer director|storage|filed`: runs it to its end, or tests its configuration with `-t`. */
export async function runDaemonCommand(kind: DaemonKind, argv: readonly string[]): Promise<number> {
  const parsed = parseDaemonArguments(`coffer ${kind}`, argv)
  if (parsed.kind === 'stop') {
    const output = parsed.exitCode === 0 ? process.stdout : process.stderr
    output.write(parsed.text)
    return parsed.exitCode
  }
  const configPath = parsed.arguments.configPath ?? defaultConfigPath()
  if (parsed.arguments.testOnly) return test(kind, configPath)
  return serve(await configure(kind, configPath), parsed.arguments)
}

async function test(kind: DaemonKind, configPath: string): Promise<number> {
  return testConfig(
    () => LOADERS[kind](configPath),
    (line) => process.stderr.write(`${line}\n`),
  )
}

/**
 * Holds the young generation at its first size. Messages live outside of the JavaScript heap, and V8 frees them when it
 * scavenges; with room to grow it scavenges so seldom that 2 GB of them piled up in a storage daemon that held none
 * (measured: 2,076 MB at the peak, 120 MB with this).
 */
function scavengeOften(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

async function serve(daemon: ConfiguredDaemon, given: DaemonArguments): Promise<number> {
  scavengeOften()
  const { name, workingDirectory } = daemon
  const { log, debug } = createDaemonLog({ name, workingDirectory, debugLevel: given.debugLevel })
  return runDaemon({
    name: daemon.name,
    workingDirectory: daemon.workingDirectory,
    log,
    start: (life) => daemon.start({ log, debug }, life),
  })
}

const LOADERS = {
  director: async (path: string) =>
    (await import('@coffer/director')).loadDirectorConfig(path, process.env),
  storage: async (path: string) =>
    (await import('@coffer/storage')).loadStorageConfig(path, process.env),
  filed: async (path: string) => (await import('@coffer/filed')).loadFiledConfig(path, process.env),
}

const CONFIGURE: Readonly<Record<DaemonKind, (path: string) => Promise<ConfiguredDaemon>>> = {
  director: configureDirector,
  storage: configureStorage,
  filed: configureFiled,
}

/** Reads the configuration of a daemon. @throws CofferError config-invalid with every fault, config-not-found */
export function configure(kind: DaemonKind, configPath: string): Promise<ConfiguredDaemon> {
  return CONFIGURE[kind](configPath)
}

async function configureDirector(configPath: string): Promise<ConfiguredDaemon> {
  const { startDirector } = await import('@coffer/director')
  const load = () => LOADERS.director(configPath)
  const config = requireConfig(await load())
  const { name, workingDirectory } = config.director
  return {
    name,
    workingDirectory,
    start: (voice) =>
      startDirector(config, { ...surroundings(voice), load, programDirectory: PROGRAM_DIRECTORY }),
  }
}

async function configureStorage(configPath: string): Promise<ConfiguredDaemon> {
  const { planFaults, startStorage } = await import('@coffer/storage')
  const config = requireConfig(await LOADERS.storage(configPath))
  const { name, workingDirectory } = config.storage
  // For tests of what a death at a certain point leaves behind.
  const plan = process.env['COFFER_STORAGE_FAULTS']
  const kill = () => void process.kill(process.pid, 'SIGKILL')
  const faults = plan === undefined ? undefined : planFaults(plan, kill)
  return {
    name,
    workingDirectory,
    start: (voice) => startStorage(config, { ...surroundings(voice), faults }),
  }
}

async function configureFiled(configPath: string): Promise<ConfiguredDaemon> {
  const { startFiled } = await import('@coffer/filed')
  const config = requireConfig(await LOADERS.filed(configPath))
  const { name, workingDirectory } = config.client
  return { name, workingDirectory, start: (voice) => startFiled(config, surroundings(voice)) }
}

/** The Client resource of a file daemon. @throws CofferError config-invalid with every fault, config-not-found */
export async function loadClient(configPath: string) {
  return requireConfig(await LOADERS.filed(configPath)).client
}

/** What the outside gives to every daemon. */
function surroundings(voice: Voice) {
  return { ...voice, clock: systemClock, env: process.env }
}
