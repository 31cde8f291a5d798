// The commands `label` and `relabel`: write a label to a medium and the Volume to the Catalog.
import { withCommas } from '@coffer/core'
import type { VolumeRow } from '../../catalog/media.ts'
import type { LabelVolume } from '../../director.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, confirm } from '../context.ts'
import { selectResource } from '../resources.ts'
import { driveChoice } from './mount.ts'
import { askSlots, findUnknownMedia } from './slots.ts'

export const labelCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  const storage = await selectResource(context, 'storage', findValue(context.line, 'storage'))
  if (storage === undefined) return
  if (hasKeyword(context.line, 'barcodes', 'barcode')) return labelBarcodes(context, storage)
  const volume = await askVolumeName(context, findValue(context.line, 'volume', 'name'))
  const pool = await selectResource(context, 'pool', findValue(context.line, 'pool'))
  if (volume === undefined || pool === undefined) return
  await label(context, storage, { volume, pool, ...driveChoice(context.line) })
}

/** Labels every medium of an autochanger that has a barcode and no Volume in the Catalog by its barcode. */
async function labelBarcodes(context: CommandContext, storage: string): Promise<void> {
  const { out, line, config } = context
  const list = await askSlots(context, storage)
  if (list === undefined) return
  const media = await findUnknownMedia(context, list)
  if (media.length === 0) {
    await out.text('No Volumes found to label, or no barcodes.\n')
    return
  }
  const rows = media.map(({ slot, barcode }) => `${String(slot).padStart(4)}  ${barcode}\n`)
  await out.text(
    'The following Volumes will be labeled:\nSlot  Volume\n==============\n' + rows.join(''),
  )
  if (!(await confirm(context, 'Do you want to label these Volumes? (yes|no): '))) return
  const pool = await selectResource(context, 'pool', findValue(line, 'pool'))
  if (pool === undefined) return
  for (const { slot, barcode } of media) {
    const prefix = config.pools.get(pool)?.cleaningPrefix ?? ''
    if (prefix !== '' && barcode.startsWith(prefix)) {
      await out.text(
        `Volume "${barcode}" is a cleaning medium, as its barcode says: passed over.\n`,
      )
      continue
    }
    const fault = volumeNameFault(barcode)
    if (fault === undefined) await label(context, storage, { volume: barcode, pool, slot })
    else await out.error(fault)
  }
}

export const relabelCommand: Command = async (context) => {
  await announceCatalog(context, 'work')
  const { director, out, line } = context
  const storage = await selectResource(context, 'storage', findValue(line, 'storage'))
  if (storage === undefined) return
  const oldName = findValue(line, 'oldvolume') ?? (await context.ask('Enter Volume name: '))
  const old = await director.catalog.media.find(oldName)
  if (old === undefined) return out.error(`Volume "${oldName}" not found.`)
  if (old.status !== 'Purged' && old.status !== 'Recycle') {
    return out.error(
      `Volume "${oldName}" has VolStatus ${old.status}. It must be Purged or Recycled before relabeling.`,
    )
  }
  const volume = await askVolumeName(context, findValue(line, 'volume'))
  const pool = await selectResource(context, 'pool', findValue(line, 'pool') ?? old.pool)
  if (volume === undefined || pool === undefined) return
  const place = { volume, oldVolume: oldName, pool, ...driveChoice(line) }
  if (!(await label(context, storage, place))) return
  await director.catalog.purge.deleteVolume(oldName)
  await out.text(`Old volume "${oldName}" deleted from catalog.\n`)
}

const MAX_NAME = 127

/** Why a Volume cannot have this name; undefined when it can. */
function volumeNameFault(name: string): string | undefined {
  if (name === '') return 'Volume name must be at least one character long.'
  if (name.length > MAX_NAME) return 'Volume name too long.'
  const odd = /[^A-Za-z0-9_.:-]/.exec(name)
  return odd === null ? undefined : `Illegal character "${odd[0]}" in a volume name.`
}

/** A name that no Volume has. Asked for until there is one, or only checked when it was given. */
async function askVolumeName(
  context: CommandContext,
  given: string | undefined,
): Promise<string | undefined> {
  for (let name = given; ; name = undefined) {
    const wanted = name ?? (await context.ask('Enter new Volume name: '))
    const fault = volumeNameFault(wanted) ?? (await takenFault(context, wanted))
    if (fault === undefined) return wanted
    await context.out.error(fault)
    if (name !== undefined) return undefined
  }
}

async function takenFault(context: CommandContext, name: string): Promise<string | undefined> {
  const volume = await context.director.catalog.media.find(name)
  const isTaken = volume !== undefined && volume.status !== 'Unlabeled'
  return isTaken ? `Media record for new Volume "${name}" already exists.` : undefined
}

/** Labels a medium and writes its Volume down. False when that failed, which is said. */
async function label(
  context: CommandContext,
  storage: string,
  volume: LabelVolume,
): Promise<boolean> {
  const { director, config, out, signal } = context
  const resource = config.storages.get(storage)
  const slot = volume.slot ?? 0
  await out.text(
    `Connecting to Storage daemon ${storage} at ${resource?.address ?? ''}:${resource?.port ?? 0} ...\n` +
      `Sending label command for Volume "${volume.volume}" Slot ${slot} ...\n`,
  )
  const response = await director.peers.label(storage, volume, signal)
  if (!response.ok) {
    await out.error(`${response.error}\nLabel command failed for Volume ${volume.volume}.`)
    return false
  }
  const place = `Device="${response.device}" (${response.archiveDevice})`
  await out.text(
    `3000 OK label. VolFiles=0 VolBytes=${response.volBytes} Volume="${volume.volume}" ${place}\n`,
  )
  const row = await recordVolume(context, storage, volume, response.volBytes)
  out.value('label', { volumename: row.name, mediaid: row.mediaId, pool: row.pool })
  await out.text(
    `Catalog record for Volume "${volume.volume}", Slot ${withCommas(slot)} successfully created.\n`,
  )
  if (context.state.isAutomount && slot === 0) await mount(context, storage, response.device)
  return true
}

async function recordVolume(
  { director, config }: CommandContext,
  storage: string,
  volume: LabelVolume,
  bytes: number,
): Promise<VolumeRow> {
  const { media, pools, storages } = director.catalog
  const labelMs = director.clock.nowMs()
  const slot = volume.slot ?? 0
  const change = {
    status: 'Append',
    bytes,
    labelMs,
    ...(slot > 0 ? { slot, inChanger: true } : {}),
  } as const
  const known = await media.update(volume.volume, change)
  if (known !== undefined) return known
  const pool = await pools.find(volume.pool)
  const place = await storages.find(storage)
  return media.create({
    name: volume.volume,
    poolId: pool?.poolId ?? 0,
    mediaType: config.storages.get(storage)?.mediaType ?? '',
    status: 'Append',
    storageId: place?.storageId ?? 0,
    slot,
    inChanger: slot > 0,
    bytes,
    labelMs,
  })
}

/** A label stands whether or not the Device then mounts it. */
async function mount(context: CommandContext, storage: string, device: string): Promise<void> {
  await context.out.text(`Requesting to mount ${device} ...\n`)
  const { peers } = context.director
  const response = await peers.mount(storage, driveChoice(context.line), context.signal)
  await context.out.text(`${response.text.trimEnd()}\n`)
}
