// The command `truncate`: Volumes that are Purged give their space back.
import { CofferError, withCommas } from '@coffer/core'
import type { VolumeRow } from '../../catalog/media.ts'
import { storageOfVolume } from '../../pool/truncation.ts'
import { findValue } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, confirm } from '../context.ts'
import { selectResource } from '../resources.ts'
import { truncate } from './purged-volume.ts'

export const truncateCommand: Command = async (context) => {
  const { line, out } = context
  await announceCatalog(context, 'work')
  if (findValue(line, 'volstatus')?.toLowerCase() !== 'purged') {
    throw new CofferError(
      'console-usage',
      'truncate needs volstatus=Purged: no other Volume is emptied',
    )
  }
  const given = findValue(line, 'storage')
  const storage = given === undefined ? undefined : await selectResource(context, 'storage', given)
  if (given !== undefined && storage === undefined) return
  const volumes = await findPurged(context)
  if (volumes.length === 0) {
    await out.text('No results to list.\n')
    return
  }
  await showVolumes(context, volumes)
  if (!(await confirm(context, 'Truncate listed volumes (yes/no)? '))) return
  const truncated: string[] = []
  for (const volume of volumes) {
    const place = storage ?? storageOfVolume(context.config, volume)
    if (place === undefined) await out.error(`No Storage has the Media Type of "${volume.name}".`)
    else if ((await truncate(context, place, volume.name)).isDone) truncated.push(volume.name)
  }
  out.value('truncated', truncated)
}

async function findPurged({ director, line, rights }: CommandContext): Promise<VolumeRow[]> {
  const pool = findValue(line, 'pool')
  const name = findValue(line, 'volume')
  const volumes = await director.catalog.media.list({
    statuses: ['Purged'],
    ...(pool === undefined ? {} : { pool }),
  })
  return volumes.filter(
    (volume) => (name === undefined || volume.name === name) && rights.allows('pool', volume.pool),
  )
}

async function showVolumes({ out }: CommandContext, volumes: readonly VolumeRow[]): Promise<void> {
  await out.table(
    'volumes',
    {
      columns: [
        { name: 'mediaid', kind: 'number' },
        { name: 'volumename', kind: 'text' },
        { name: 'pool', kind: 'text' },
        { name: 'storage', kind: 'text' },
        { name: 'mediatype', kind: 'text' },
        { name: 'volbytes', kind: 'text' },
      ],
      rows: volumes.map(({ mediaId, name, pool, storage, mediaType, bytes }) => [
        mediaId,
        name,
        pool,
        storage,
        mediaType,
        withCommas(bytes),
      ]),
    },
    { style: 'table' },
  )
}
