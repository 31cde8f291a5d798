// Which Password a console must know to log in.
import type { Secret } from '@coffer/core'
import type { DirectorConfig } from './config/load.ts'
import { DEFAULT_CONSOLE } from './console/context.ts'

/** The Director's Password for the default console, its own for a named one; undefined for others. */
export function consoleSecret(
  config: DirectorConfig,
  { kind, name }: { readonly kind: string; readonly name: string },
): Secret | undefined {
  if (kind !== 'console') return undefined
  return name === DEFAULT_CONSOLE ? config.director.password : config.consoles.get(name)?.password
}
