// The dot commands that answer one question each: .api, .authorized, .defaults, .status.
import { CofferError, jobLevelText, jobTypeText } from '@coffer/core'
import type { AclName } from '../acl.ts'
import { type CommandLine, findValue } from '../command-line.ts'
import { type Command, type CommandContext, readYesNo, type SessionState } from '../context.ts'
import type { ApiMode } from '../output.ts'
import { hasResource } from '../resources.ts'
import { clientStatus, type ClientPart } from './status-client.ts'
import { directorStatus, type DirectorPart } from './status-director.ts'
import { storageStatus, type StoragePart } from './status-storage.ts'

const API_WORDS: ReadonlyMap<string, ApiMode> = new Map([
  ['0', 0],
  ['off', 0],
  ['1', 1],
  ['on', 1],
  ['2', 2],
  ['json', 2],
])

/** Takes the mode from a line, before the answer to it is made: `.api 2` itself answers in JSON. */
export function switchApi(state: SessionState, line: CommandLine): void {
  const word = line.args[0]?.keyword ?? '1'
  const api = API_WORDS.get(word)
  if (api === undefined) {
    throw new CofferError('console-usage', `"${word}" is no api mode: 0, 1, 2, off, on, json`)
  }
  state.api = api
  state.isCompact = readYesNo(findValue(line, 'compact') ?? 'no') ?? false
}

export const dotApiCommand: Command = async ({ line, state, out }) => {
  switchApi(state, line)
  out.value('api', state.api)
  await out.text(`api: ${state.api}\n`)
}

export const dotNothingCommand: Command = async () => Promise.resolve()

const AUTHORIZED: readonly (readonly [keyword: string, acl: AclName])[] = [
  ['job', 'job'],
  ['client', 'client'],
  ['storage', 'storage'],
  ['schedule', 'schedule'],
  ['pool', 'pool'],
  ['cmd', 'command'],
  ['fileset', 'fileset'],
  ['catalog', 'catalog'],
]

export const dotAuthorizedCommand: Command = async ({ line, rights, out }) => {
  const isAuthorized = AUTHORIZED.every(([keyword, acl]) => {
    const name = findValue(line, keyword)
    return name === undefined || rights.allows(acl, name)
  })
  out.value('authorized', isAuthorized)
  await out.text(isAuthorized ? 'authorized\n' : 'unauthorized\n')
}

export const dotDefaultsCommand: Command = async (context) => {
  const facts = defaultsOf(context)
  if (facts === undefined) return
  context.out.value('defaults', facts)
  await context.out.text(
    Object.entries(facts)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  )
}

type Defaults = Record<string, string | number>

function defaultsOf(context: CommandContext): Defaults | undefined {
  const { line } = context
  for (const [keyword, defaults] of [
    ['job', jobDefaults],
    ['client', clientDefaults],
    ['storage', storageDefaults],
    ['pool', poolDefaults],
  ] as const) {
    const name = findValue(line, keyword)
    if (name !== undefined && hasResource(context, keyword, name)) return defaults(context, name)
  }
  return undefined
}

function jobDefaults({ config, director }: CommandContext, name: string): Defaults {
  const job = config.jobs.get(name)
  if (job === undefined) return {}
  const { pool = '', messages = '', client = '', where = '', fileset = '' } = job
  return {
    job: name,
    pool,
    messages,
    client,
    storage: job.storage[0] ?? config.pools.get(pool)?.storage[0] ?? '',
    where,
    level: jobLevelText(job.level),
    type: jobTypeText(job.type),
    fileset,
    enabled: Number(director.jobs.isEnabled('job', name)),
    catalog: director.catalog.name,
  }
}

function clientDefaults({ config, director }: CommandContext, name: string): Defaults {
  const client = config.clients.get(name)
  if (client === undefined) return {}
  return {
    client: name,
    address: client.address,
    fdport: client.port,
    file_retention: client.fileRetention,
    job_retention: client.jobRetention,
    autoprune: Number(client.autoPrune),
    enabled: Number(director.jobs.isEnabled('client', name)),
    catalog: director.catalog.name,
  }
}

function storageDefaults({ config }: CommandContext, name: string): Defaults {
  const storage = config.storages.get(name)
  if (storage === undefined) return {}
  return {
    storage: name,
    address: storage.address,
    enabled: Number(storage.enabled),
    media_type: storage.mediaType,
    sdport: storage.port,
  }
}

function poolDefaults({ config, director }: CommandContext, name: string): Defaults {
  const pool = config.pools.get(name)
  if (pool === undefined) return {}
  return {
    pool: name,
    pool_type: pool.poolType,
    label_format: pool.labelFormat ?? '',
    max_volumes: pool.maximumVolumes,
    vol_retention: pool.volumeRetention,
    vol_use_duration: pool.volumeUseDuration,
    max_vol_jobs: pool.maximumVolumeJobs,
    max_vol_files: pool.maximumVolumeFiles,
    max_vol_bytes: pool.maximumVolumeBytes,
    auto_prune: Number(pool.autoPrune),
    recycle: Number(pool.recycle),
    catalog: director.catalog.name,
  }
}

const DIRECTOR_PARTS: Readonly<Record<string, readonly DirectorPart[]>> = {
  current: ['running'],
  last: ['terminated'],
  header: ['header'],
  scheduled: ['scheduled'],
  running: ['running'],
  terminated: ['terminated'],
}

/** One part of a status display, by itself. */
export const dotStatusCommand: Command = async (context) => {
  const { line, out } = context
  const words = line.args.map(({ keyword }) => keyword)
  const client = findValue(line, 'client')
  const storage = findValue(line, 'storage')
  if (client !== undefined && hasResource(context, 'client', client)) {
    const part = words.find((word): word is ClientPart => isOneOf(word, CLIENT_PARTS))
    return clientStatus(context, client, part === undefined ? undefined : [part])
  }
  if (storage !== undefined && hasResource(context, 'storage', storage)) {
    const part = words.find((word): word is StoragePart => isOneOf(word, STORAGE_PARTS))
    return storageStatus(context, storage, part === undefined ? undefined : [part])
  }
  const part = words.find((word) => word in DIRECTOR_PARTS)
  if (words.includes('dir') && part !== undefined) {
    return directorStatus(context, DIRECTOR_PARTS[part])
  }
  return out.error('1900 Bad .status command, missing arguments.')
}

const CLIENT_PARTS: readonly ClientPart[] = ['header', 'running', 'terminated']
const STORAGE_PARTS: readonly StoragePart[] = [
  'header',
  'running',
  'terminated',
  'devices',
  'volumes',
]

function isOneOf<Word extends string>(word: string, words: readonly Word[]): word is Word {
  return (words as readonly string[]).includes(word)
}
