// Loads the Director's configuration: reads it, applies JobDefs, checks what one table cannot see.
import {
  directorMessagesType,
  type LoadResult,
  type MessagesResource,
  ResourceSet,
  withDestinations,
} from '@coffer/core'
import { type ConfigCommandRunner, type Environment, md5Hex, readConfigText } from '@coffer/daemon'
import {
  type ConsoleResource,
  consoleType,
  type ProfileResource,
  profileType,
  type UserResource,
  userType,
} from './console-resources.ts'
import {
  type CatalogResource,
  catalogType,
  type CounterResource,
  counterType,
  type DirectorResource,
  directorType,
} from './director-resource.ts'
import { directorConfig } from './directives.ts'
import { type FileSetResource, fileSetType, withIncludes } from './fileset-resource.ts'
import { checkSenders } from './check-senders.ts'
import { checkJob, jobInheritance, withRunScripts } from './job-inheritance.ts'
import { type JobDefsResource, jobDefsType, type JobResource, jobType } from './job-resource.ts'
import {
  type ClientResource,
  clientType,
  type StorageResource,
  storageType,
} from './peer-resources.ts'
import { type PoolResource, poolType } from './pool-resource.ts'
import { type ScheduleResource, scheduleType } from './schedule-resource.ts'

export interface DirectorConfig {
  readonly director: DirectorResource
  readonly catalogs: ReadonlyMap<string, CatalogResource>
  readonly clients: ReadonlyMap<string, ClientResource>
  readonly storages: ReadonlyMap<string, StorageResource>
  readonly pools: ReadonlyMap<string, PoolResource>
  readonly filesets: ReadonlyMap<string, FileSetResource>
  readonly schedules: ReadonlyMap<string, ScheduleResource>
  readonly jobs: ReadonlyMap<string, JobResource>
  readonly jobDefs: ReadonlyMap<string, JobDefsResource>
  readonly messages: ReadonlyMap<string, MessagesResource>
  readonly consoles: ReadonlyMap<string, ConsoleResource>
  readonly profiles: ReadonlyMap<string, ProfileResource>
  readonly users: ReadonlyMap<string, UserResource>
  readonly counters: ReadonlyMap<string, CounterResource>
}

/**
 * Reads the configuration at `path`, a file or a directory. `run` runs the commands that it includes.
 * @throws CofferError config-not-found when there is none
 */
export async function loadDirectorConfig(
  path: string,
  env: Environment,
  run?: ConfigCommandRunner,
): Promise<LoadResult<DirectorConfig>> {
  const text = await readConfigText(path, directorConfig.names, { env, run })
  const set = new ResourceSet(directorConfig.types, text, { md5Hex, env })
  const director = set.single(directorType, { file: path, line: 1, column: 1 })
  const pools = set.resources(poolType)
  const jobs = set.resources(jobType, jobInheritance(set))
  for (const job of jobs.values()) {
    checkJob(job, pools, set)
    checkSenders(job, set)
  }
  const rest = {
    pools,
    jobs: mapped(jobs, withRunScripts),
    catalogs: set.resources(catalogType),
    clients: set.resources(clientType),
    storages: set.resources(storageType),
    filesets: mapped(set.resources(fileSetType), withIncludes),
    schedules: set.resources(scheduleType),
    jobDefs: set.templates(jobDefsType),
    messages: mapped(set.resources(directorMessagesType), withDestinations),
    consoles: set.resources(consoleType),
    profiles: set.resources(profileType),
    users: set.resources(userType),
    counters: set.resources(counterType),
  }
  checkSchedules(rest.schedules, set)
  const { faults, warnings } = set.report()
  const isSound = director !== undefined && faults.length === 0
  return isSound ? { config: { director, ...rest }, faults, warnings } : { faults, warnings }
}

function mapped<From, To>(
  from: ReadonlyMap<string, From>,
  change: (value: From) => To,
): Map<string, To> {
  return new Map([...from].map(([name, value]) => [name, change(value)]))
}

/** Pools, Storages and Messages that Run lines name must exist. */
function checkSchedules(schedules: ReadonlyMap<string, ScheduleResource>, set: ResourceSet): void {
  for (const schedule of schedules.values()) {
    const by = `"Run" of Schedule "${schedule.name}"`
    for (const { overrides } of schedule.run) {
      const pools = [
        overrides.pool,
        overrides.fullPool,
        overrides.incrementalPool,
        overrides.differentialPool,
        overrides.virtualFullPool,
        overrides.nextPool,
      ]
      const named = [
        ...pools.map((name) => ['Pool', name] as const),
        ['Storage', overrides.storage] as const,
        ['Messages', overrides.messages] as const,
      ]
      for (const [type, name] of named) {
        if (name !== undefined) set.checkReference(type, name, schedule.source, by)
      }
    }
  }
}
