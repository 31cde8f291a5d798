// Which Volume a Job would write next, asked without changing anything.
import type { VolumeRow } from '../catalog/media.ts'
import { selectVolume } from '../pool/select.ts'
import type { CommandContext } from './context.ts'

/** The Volume that is there already and would be taken now; undefined when one would have to be made. */
export async function findNextVolume(
  { director, config }: Pick<CommandContext, 'director' | 'config'>,
  place: { readonly pool: string; readonly storage: string },
): Promise<VolumeRow | undefined> {
  const mediaType = config.storages.get(place.storage)?.mediaType
  const pool = await director.catalog.pools.find(place.pool)
  if (mediaType === undefined || pool === undefined) return undefined
  const volumes = await director.catalog.media.list({ pool: place.pool })
  const choice = selectVolume({
    nowMs: director.clock.nowMs(),
    mediaType,
    volumes,
    scratch: [],
    maximumVolumes: pool.maximumVolumes,
    canCreate: false,
    unusable: new Set(),
    reuse: { prunes: false, recyclesCurrent: false, oldest: 'keep' },
    returning: [],
    busy: new Set(),
    read: new Set(),
    leaving: new Set(),
    tried: new Set(),
  })
  if (!('volume' in choice)) return undefined
  return volumes.find(({ mediaId }) => mediaId === choice.volume.mediaId)
}
