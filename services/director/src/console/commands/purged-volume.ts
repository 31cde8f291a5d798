// What commands say and do when no Job needs a Volume any more.
import type { VolumeRow } from '../../catalog/media.ts'
import type { CommandContext } from '../context.ts'

/** `volume` as it is now that it is Purged. */
export async function announcePurged({ out }: CommandContext, volume: VolumeRow): Promise<void> {
  await out.text(
    `There are no more Jobs associated with Volume "${volume.name}". Marking it purged.\n`,
  )
}
