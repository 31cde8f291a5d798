// Configurations of others load without a fault, and mean what they always meant.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { formatFault, type LoadResult, type ResourceType, showResourceOf } from '@coffer/core'
import { consoleConfig } from '../../../services/console/src/config/directives.ts'
import { loadConsoleConfig } from '../../../services/console/src/config/load.ts'
import { directorConfig } from '../../../services/director/src/config/directives.ts'
import { loadDirectorConfig } from '../../../services/director/src/config/load.ts'
import { filedConfig } from '../../../services/filed/src/config/directives.ts'
import { loadFiledConfig } from '../../../services/filed/src/config/load.ts'
import { storageConfig } from '../../../services/storage/src/config/directives.ts'
import { loadStorageConfig } from '../../../services/storage/src/config/load.ts'

const HERE = import.meta.dirname
const ENV = { HOME: '/root' }

interface Daemon {
  load(path: string): Promise<LoadResult<object>>
  readonly types: readonly ResourceType[]
}

const DAEMONS = {
  director: { load: (path) => loadDirectorConfig(path, ENV), types: directorConfig.types },
  storage: { load: (path) => loadStorageConfig(path, ENV), types: storageConfig.types },
  filed: { load: (path) => loadFiledConfig(path, ENV), types: filedConfig.types },
  console: { load: (path) => loadConsoleConfig(path, ENV), types: consoleConfig.types },
} satisfies Record<string, Daemon>

const TREES: readonly (readonly [keyof typeof DAEMONS, string])[] = [
  ['director', 'bareos-default'],
  ['storage', 'bareos-default'],
  ['filed', 'bareos-default'],
  ['console', 'bareos-default'],
  ['director', 'bareos-legacy'],
  ['storage', 'bareos-legacy'],
  ['filed', 'bareos-legacy'],
  ['console', 'bareos-legacy'],
  ['director', 'bareos-samples'],
  ['storage', 'bareos-samples'],
  ['filed', 'bareos-samples'],
  ['filed', 'bareos-samples/pki-fd.conf'],
]

type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string }

/** Warnings, then every resource as it is shown, in the order of their types and names. */
function dump(result: LoadResult<object>, types: readonly ResourceType[]): string {
  const warnings = result.warnings.map((warning) =>
    formatFault({ ...warning, file: relative(HERE, warning.file) }),
  )
  const resources = Object.values(result.config ?? {}).flatMap(
    (part: Resource | Map<string, Resource>) => (part instanceof Map ? [...part.values()] : [part]),
  )
  const shown = types.flatMap((type) =>
    resources
      .filter((resource) => resource.resourceType === type.name)
      .map((resource) => showResourceOf(type, resource)),
  )
  return [...warnings, '', ...shown].join('\n')
}

test.each(TREES)('the %s configuration of %s', async (kind, tree) => {
  const daemon: Daemon = DAEMONS[kind]
  const result = await daemon.load(join(HERE, tree))
  expect(result.faults.map(formatFault)).toEqual([])
  const actual = dump(result, daemon.types)
  const file = join(HERE, 'expected', `${tree.replaceAll('/', '-')}.${kind}.txt`)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, actual)
  }
  expect(actual).toBe(await readFile(file, 'utf8'))
})
