// Loads the file daemon's configuration.
import {
  daemonMessagesType,
  type LoadResult,
  type DaemonMessagesResource,
  ResourceSet,
  withDestinations,
} from '@coffer/core'
import { type ConfigCommandRunner, type Environment, md5Hex, readConfigText } from '@coffer/daemon'
import { filedConfig } from './directives.ts'
import {
  type ClientResource,
  clientType,
  type DirectorResource,
  directorType,
} from './filed-resources.ts'

export interface FiledConfig {
  readonly client: ClientResource
  readonly directors: ReadonlyMap<string, DirectorResource>
  readonly messages: ReadonlyMap<string, DaemonMessagesResource>
}

/**
 * Reads the configuration at `path`, a file or a directory. `run` runs the commands that it includes.
 * @throws CofferError config-not-found when there is none
 */
export async function loadFiledConfig(
  path: string,
  env: Environment,
  run?: ConfigCommandRunner,
): Promise<LoadResult<FiledConfig>> {
  const text = await readConfigText(path, filedConfig.names, { env, run })
  const set = new ResourceSet(filedConfig.types, text, { md5Hex, env })
  const client = set.single(clientType, { file: path, line: 1, column: 1 })
  const directors = set.resources(directorType)
  const messages = new Map(
    [...set.resources(daemonMessagesType)].map(([name, value]) => [name, withDestinations(value)]),
  )
  const { faults, warnings } = set.report()
  if (client === undefined || faults.length > 0) return { faults, warnings }
  return { config: { client, directors, messages }, faults, warnings }
}
