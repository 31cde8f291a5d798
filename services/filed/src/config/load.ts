// Loads the file daemon's configuration.
import {
  daemonMessagesType,
  type LoadResult,
  type MessagesResource,
  ResourceSet,
  withDestinations,
} from '@coffer/core'
import { type ConfigCommandRunner, type Environment, md5Hex, readConfigText } from '@coffer/daemon'
import { filedTypes } from './directives.ts'
import {
  type ClientResource,
  clientType,
  type DirectorResource,
  directorType,
} from './filed-resources.ts'

export interface FiledConfig {
  readonly client: ClientResource
  readonly directors: ReadonlyMap<string, DirectorResource>
  readonly messages: ReadonlyMap<string, MessagesResource>
}

/** File and folder names that are looked for in a configuration directory, in this order. */
const FILED_CONFIG_NAMES = ['filed', 'coffer-fd', 'bareos-fd']

/**
 * Reads the configuration at `path`, a file or a directory. `run` runs the commands that it includes.
 * @throws CofferError config-not-found when there is none
 */
export async function loadFiledConfig(
  path: string,
  env: Environment,
  run?: ConfigCommandRunner,
): Promise<LoadResult<FiledConfig>> {
  const text = await readConfigText(path, FILED_CONFIG_NAMES, { env, run })
  const set = new ResourceSet(filedTypes, text, { md5Hex, env })
  const client = set.single(clientType, { file: path, line: 1, column: 1 })
  const directors = set.resources(directorType)
  const messages = new Map(
    [...set.resources(daemonMessagesType)].map(([name, value]) => [name, withDestinations(value)]),
  )
  const { faults, warnings } = set.report()
  if (client === undefined || faults.length > 0) return { faults, warnings }
  return { config: { client, directors, messages }, faults, warnings }
}
