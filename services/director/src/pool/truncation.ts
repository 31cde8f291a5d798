// Gives back the space of Volumes that no Job needs.
import { messageOf } from '@coffer/core'
import type { TruncateResponse } from '@coffer/wire'
import type { Catalog } from '../catalog/catalog.ts'
import type { VolumeRow } from '../catalog/media.ts'
import type { DirectorConfig } from '../config/load.ts'

/** Value of ActionOnPurge that gives the space back at once. */
export const TRUNCATE_ON_PURGE = 1

export interface TruncationPorts {
  readonly catalog: Pick<Catalog, 'media'>
  /** Runs an action while no Volume is given to a Job. */
  readonly withVolumes: <Result>(action: () => Promise<Result>) => Promise<Result>
  readonly truncate: (storage: string, volume: VolumeRow) => Promise<TruncateResponse>
}

export interface Truncation {
  readonly isDone: boolean
  /** What the storage daemon said, or why nothing was done. */
  readonly text: string
}

/** Empties a Volume that is Purged, at that storage. Not one that has been taken for a Job meanwhile. Never rejects. */
export async function truncateVolume(
  ports: TruncationPorts,
  storage: string,
  name: string,
): Promise<Truncation> {
  try {
    return await ports.withVolumes(() => truncateNow(ports, storage, name))
  } catch (error) {
    return { isDone: false, text: messageOf(error) }
  }
}

async function truncateNow(
  { catalog, truncate }: TruncationPorts,
  storage: string,
  name: string,
): Promise<Truncation> {
  const volume = await catalog.media.find(name)
  if (volume?.status !== 'Purged') {
    const status = volume?.status ?? 'missing'
    return { isDone: false, text: `Volume "${name}" is ${status}, not Purged` }
  }
  const { ok, text, volBytes } = await truncate(storage, volume)
  if (ok) await catalog.media.update(name, { bytes: volBytes, endFile: 0, endBlock: 0 })
  return { isDone: ok, text }
}

/** The Storage resource to reach a Volume through: the one that wrote it last, else one of its Media Type. */
export function storageOfVolume(
  { storages }: Pick<DirectorConfig, 'storages'>,
  volume: VolumeRow,
): string | undefined {
  if (storages.has(volume.storage)) return volume.storage
  return [...storages.values()].find(({ mediaType }) => mediaType === volume.mediaType)?.name
}
