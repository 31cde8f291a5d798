// `update pool`: the Catalog's rows of Pools take the values of their resources.
import { syncResources } from '../../sync.ts'
import type { CommandContext } from '../context.ts'

export async function updatePoolFromResource(
  { director, config, out }: CommandContext,
  pool: string,
): Promise<void> {
  await syncResources(config, director.catalog)
  out.value('update', { pool })
  await out.text('Pool DB record updated from resource.\n')
}
