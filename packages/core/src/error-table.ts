// Every error code of Coffer in one table. docs/errors.md is generated from it.
import { catalogErrors } from './errors/catalog.ts'
import { configErrors } from './errors/config.ts'
import { consoleErrors } from './errors/console.ts'
import { daemonErrors } from './errors/daemon.ts'
import { deviceErrors } from './errors/device.ts'
import type { ErrorEntry } from './errors/entry.ts'
import { filedErrors } from './errors/filed.ts'
import { jobErrors } from './errors/job.ts'
import { pluginErrors } from './errors/plugin.ts'
import { setupErrors } from './errors/setup.ts'
import { volumeErrors } from './errors/volume.ts'
import { wireErrors } from './errors/wire.ts'

export const ERROR_TABLE = {
  ...configErrors,
  ...wireErrors,
  ...catalogErrors,
  ...volumeErrors,
  ...deviceErrors,
  ...filedErrors,
  ...jobErrors,
  ...consoleErrors,
  ...daemonErrors,
  ...setupErrors,
  ...pluginErrors,
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERROR_TABLE

export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, word)
}

export function errorEntry(code: ErrorCode): ErrorEntry {
  return ERROR_TABLE[code]
}
