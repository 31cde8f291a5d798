// Where hooks are looked for.
import { join } from 'node:path'

const DEFAULT_DIRECTORY = '/etc/coffer/hooks.d'

/**
 * The directory that the configuration names; else the one that TKLBAM's own variables name, so that a host that is set
 * up for it goes on working; else /etc/coffer/hooks.d. Pure.
 */
export function hookDirectory(
  configured: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (configured !== undefined) return configured
  const { TKLBAM_HOOKS: hooks, TKLBAM_CONF: conf } = env
  if (hooks !== undefined && hooks !== '') return hooks
  return conf === undefined || conf === '' ? DEFAULT_DIRECTORY : join(conf, 'hooks.d')
}
