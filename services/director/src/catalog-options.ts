// Which database a configuration names: an external one, or none, which means the embedded one.
import type { ExternalDatabase } from './catalog/open.ts'
import type { CatalogResource } from './config/director-resource.ts'
import type { DirectorConfig } from './config/load.ts'

const DEFAULT_NAME = 'MyCatalog'

/** Name and place of the Catalog. Several Catalog resources are one database for us: the first counts. */
export function catalogPlace(config: DirectorConfig): {
  readonly name: string
  readonly external?: ExternalDatabase
} {
  const [resource] = config.catalogs.values()
  if (resource === undefined) return { name: DEFAULT_NAME }
  const external = externalDatabase(resource)
  return external === undefined ? { name: resource.name } : { name: resource.name, external }
}

function externalDatabase(resource: CatalogResource): ExternalDatabase | undefined {
  const { dbUrl, dbAddress, dbSocket } = resource
  if (dbUrl === undefined && dbAddress === undefined && dbSocket === undefined) return undefined
  return {
    port: resource.dbPort,
    ...defined('url', dbUrl?.reveal()),
    ...defined('address', dbAddress),
    ...defined('socket', dbSocket),
    ...defined('name', resource.dbName),
    ...defined('user', resource.dbUser),
    ...defined('password', resource.dbPassword?.reveal()),
  }
}

function defined<Key extends string>(
  key: Key,
  value: string | undefined,
): { readonly [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: string })
}
