// What commands say and do when no Job needs a Volume any more: its space is given back where the Volume says so.
import type { VolumeRow } from '../../catalog/media.ts'
import {
  storageOfVolume,
  TRUNCATE_ON_PURGE,
  truncateVolume,
  type Truncation,
} from '../../pool/truncation.ts'
import type { CommandContext } from '../context.ts'

/** `volume` as it is now that it is Purged. */
export async function announcePurged(context: CommandContext, volume: VolumeRow): Promise<void> {
  await context.out.text(
    `There are no more Jobs associated with Volume "${volume.name}". Marking it purged.\n`,
  )
  if (volume.actionOnPurge !== TRUNCATE_ON_PURGE) return
  const storage = storageOfVolume(context.config, volume)
  if (storage === undefined) {
    await context.out.error(`No Storage has the Media Type of Volume "${volume.name}".`)
    return
  }
  await truncate(context, storage, volume.name)
}

/** Empties a purged Volume and says how that went. */
export async function truncate(
  context: CommandContext,
  storage: string,
  name: string,
): Promise<Truncation> {
  const { director, out, signal } = context
  const done = await truncateVolume(
    {
      catalog: director.catalog,
      withVolumes: (action) => director.jobs.withVolumes(action),
      truncate: (at, volume) => director.peers.truncate(at, volume, signal),
    },
    storage,
    name,
  )
  if (done.isDone) await out.text(`The volume '${name}' has been truncated.\n`)
  else await out.error(`Failed to truncate volume '${name}': ${done.text}`)
  return done
}
