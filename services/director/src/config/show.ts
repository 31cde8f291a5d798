// Resources of the Director as configuration text, for the `show` command.
import { type ResourceType, showResourceOf } from '@coffer/core'
import { directorConfig } from './directives.ts'

const TYPES: ReadonlyMap<string, ResourceType> = new Map(
  directorConfig.types.map((type) => [type.name, type]),
)

/** The block of a resource with its passwords masked; the configuration language reads it back. */
export function showResource(
  resource: { readonly resourceType: string },
  options: { readonly verbose?: boolean } = {},
): string {
  const type = TYPES.get(resource.resourceType)
  return type === undefined ? '' : showResourceOf(type, { ...resource }, options)
}
