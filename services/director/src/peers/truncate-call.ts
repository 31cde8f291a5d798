// Asks a storage daemon to empty a Volume.
import type { TruncateResponse } from '@coffer/wire'
import type { VolumeRow } from '../catalog/media.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { PeerLinks } from '../job/ports.ts'
import { missing } from '../job/request.ts'

/** Bringing a Volume into a drive may come first. */
const TRUNCATE_TIMEOUT_MS = 30 * 60_000

/** What the storage daemon answers; throws when it cannot be reached at once. */
export async function truncateAt(
  links: PeerLinks,
  config: DirectorConfig,
  given: { readonly storage: string; readonly volume: VolumeRow; readonly signal: AbortSignal },
): Promise<TruncateResponse> {
  const { storage, volume, signal } = given
  const resource = config.storages.get(storage)
  if (resource === undefined) throw missing('Storage', storage)
  const link = links.storage(config, storage)
  await link.connect(signal, async (error) => {
    throw error
  })
  return link.calls.truncate(
    {
      device: resource.device[0] ?? '',
      volume: volume.name,
      pool: volume.pool,
      poolType: volume.poolType,
      mediaType: volume.mediaType,
      slot: volume.slot,
    },
    { signal, timeoutMs: TRUNCATE_TIMEOUT_MS },
  )
}
