// Loads the console's configuration.
import { type LoadResult, ResourceSet } from '@coffer/core'
import { type ConfigCommandRunner, type Environment, md5Hex, readConfigText } from '@coffer/daemon'
import {
  type ConsoleResource,
  consoleType,
  consoleConfig,
  type DirectorResource,
  directorType,
} from './directives.ts'

export interface ConsoleConfig {
  readonly directors: ReadonlyMap<string, DirectorResource>
  readonly consoles: ReadonlyMap<string, ConsoleResource>
}

/**
 * Reads the configuration at `path`, a file or a directory. `run` runs the commands that it includes.
 * @throws CofferError config-not-found when there is none
 */
export async function loadConsoleConfig(
  path: string,
  env: Environment,
  run?: ConfigCommandRunner,
): Promise<LoadResult<ConsoleConfig>> {
  const text = await readConfigText(path, consoleConfig.names, { env, run })
  const set = new ResourceSet(consoleConfig.types, text, { md5Hex, env })
  const directors = set.resources(directorType)
  const consoles = set.resources(consoleType)
  if (set.given(directorType).size === 0) {
    set.fault({ file: path, line: 1, column: 1 }, 'a Director resource is missing')
  }
  const { faults, warnings } = set.report()
  return faults.length > 0
    ? { faults, warnings }
    : { config: { directors, consoles }, faults, warnings }
}
