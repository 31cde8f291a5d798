// What the embedded PostgreSQL is told: its configuration files as text.
import type { ClusterDirectories } from './directories.ts'
import { SERVER_PORT } from './directories.ts'

/** Role and database of the Catalog. The role owns the server. */
export const CATALOG_ROLE = 'coffer'

/** Names of the user map in pg_ident.conf. */
const USER_MAP = 'coffer'

/** Files of the directory `etc` by name. `ownName` is the operating system user who may connect. */
export function configurationFiles(
  directories: ClusterDirectories,
  major: number,
  ownName: string,
): Readonly<Record<string, string>> {
  return {
    'postgresql.conf': serverSettings(directories, major),
    // Only the socket, only through the map: the kernel says who connects, and there is no password to keep.
    'pg_hba.conf': `local all ${CATALOG_ROLE} peer map=${USER_MAP}\n`,
    'pg_ident.conf': `${USER_MAP} ${quoteName(ownName)} ${CATALOG_ROLE}\n`,
  }
}

/**
 * Small, because a Director shares its machine: tens of megabytes, no parallel workers to speak of. An administrator
 * adds to it in `etc/local.conf`, which wins.
 */
function serverSettings({ data, log, etc, socket }: ClusterDirectories, major: number): string {
  const settings: [string, string | number][] = [
    ['data_directory', data],
    ['hba_file', `${etc}/pg_hba.conf`],
    ['ident_file', `${etc}/pg_ident.conf`],
    ['listen_addresses', ''],
    ['port', SERVER_PORT],
    ['unix_socket_directories', quoteListItem(socket)],
    ['unix_socket_permissions', '0700'],
    ['max_connections', 80],
    ['shared_buffers', '64MB'],
    ['work_mem', '16MB'],
    ['maintenance_work_mem', '64MB'],
    ['effective_cache_size', '512MB'],
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['wal_level', 'minimal'],
    ['max_wal_senders', 0],
    ['min_wal_size', '64MB'],
    ['max_wal_size', '1GB'],
    ['wal_compression', 'on'],
    ['max_parallel_workers_per_gather', 1],
    ['jit', 'off'],
    ['default_statistics_target', 100],
    ['datestyle', 'iso, ymd'],
    ['lc_messages', 'C'],
    ['logging_collector', 'on'],
    ['log_directory', log],
    ['log_filename', 'postgresql-%a.log'],
    ['log_truncate_on_rotation', 'on'],
    ['log_rotation_age', '1d'],
    ['log_rotation_size', 0],
    ['log_file_mode', '0600'],
    ['log_line_prefix', '%m [%p] '],
    ['log_checkpoints', 'off'],
    // Statements hold file names.
    ['log_min_error_statement', 'panic'],
  ]
  if (major >= 18) settings.push(['io_method', 'sync'])
  const lines = settings.map(([name, value]) => `${name} = ${quoteValue(value)}`)
  return [
    '# Written by the Director at each start.',
    ...lines,
    "include_if_exists 'local.conf'",
    '',
  ].join('\n')
}

function quoteValue(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

/** One item of a comma separated list of names. */
function quoteListItem(item: string): string {
  return `"${item.replaceAll('"', '""')}"`
}

/** A name for pg_ident.conf: a leading slash would make it a pattern, which quotes prevent. */
function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
