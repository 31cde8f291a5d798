// Commands about the slots of autochangers: `status storage= slots`, `update slots`, `move`, `import`, `export`.
import { CofferError } from '@coffer/core'
import type { SlotList } from '@coffer/wire'
import type { VolumeRow } from '../../catalog/media.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext } from '../context.ts'
import { selectResource } from '../resources.ts'
import { mediaOf, type Medium, parseSlots, slotChanges } from '../slot-selection.ts'

/** The places of an autochanger; undefined, and said, when they cannot be had. */
export async function askSlots(
  context: CommandContext,
  storage: string,
): Promise<SlotList | undefined> {
  const { director, config, out, signal } = context
  const resource = config.storages.get(storage)
  await out.text(
    `Connecting to Storage daemon ${storage} at ${resource?.address ?? ''}:${resource?.port ?? 0} ...\n`,
  )
  const list = await director.peers.listSlots(storage, signal)
  if (list.ok) return list
  await out.error(list.text)
  return undefined
}

export async function slotStatus(context: CommandContext, storage: string): Promise<void> {
  const list = await askSlots(context, storage)
  if (list === undefined) return
  const volumes = await volumesByName(context)
  const media = mediaOf(list.slots)
  const lines = list.slots
    .filter(({ kind }) => kind !== 'drive')
    .map(({ number, kind }) => {
      const medium = media.find(({ slot }) => slot === number)
      const volume = medium === undefined ? undefined : volumes.get(medium.barcode)
      return slotLine(number, kind === 'import', medium, volume)
    })
  context.out.value(
    'slots',
    media.map(({ slot, barcode, isInDrive, isImport }) => ({
      slot,
      volume: barcode,
      indrive: isInDrive,
      importexport: isImport,
    })),
  )
  await context.out.text(
    ' Slot |   Volume Name    |   Status  |  Media Type    |         Pool             |\n' +
      '------+------------------+-----------+----------------+--------------------------|\n' +
      lines.join(''),
  )
}

function slotLine(
  slot: number,
  isImport: boolean,
  medium: Medium | undefined,
  volume: VolumeRow | undefined,
): string {
  const mark = medium?.isInDrive === true ? '*' : isImport ? '@' : ' '
  const cells = [
    barcodeText(medium).padStart(16),
    (volume?.status ?? '?').padStart(9),
    (volume?.mediaType ?? '?').padStart(14),
    (volume?.pool ?? '?').padStart(24),
  ]
  return `${String(slot).padStart(4)}${mark} | ${cells.join(' | ')} |\n`
}

function barcodeText(medium: Medium | undefined): string {
  if (medium === undefined) return '?'
  return medium.barcode === '' ? '(no barcode)' : medium.barcode
}

async function volumesByName({ director }: CommandContext): Promise<Map<string, VolumeRow>> {
  const volumes = await director.catalog.media.list({})
  return new Map(volumes.map((volume) => [volume.name, volume]))
}

/** Brings the Catalog in line with what the changer says. */
export async function updateSlots(context: CommandContext): Promise<void> {
  const storage = await selectResource(context, 'storage', findValue(context.line, 'storage'))
  if (storage !== undefined) await learnSlots(context, storage)
}

async function learnSlots(context: CommandContext, storage: string): Promise<void> {
  const { director, out } = context
  const list = await askSlots(context, storage)
  if (list === undefined) return
  const { media, storages } = director.catalog
  const storageId = (await storages.find(storage))?.storageId ?? 0
  const changes = slotChanges(await media.list({}), mediaOf(list.slots), storageId)
  for (const { volume, slot, inChanger } of changes) {
    await media.update(volume, { slot, inChanger, ...(inChanger ? { storageId } : {}) })
    await out.text(
      inChanger
        ? `Catalog record for Volume "${volume}" updated to reference slot ${slot}.\n`
        : `Catalog record for Volume "${volume}" is no longer in the autochanger.\n`,
    )
  }
  if (changes.length === 0) await out.text('Catalog records for all Volumes are up to date.\n')
  out.value(
    'slots',
    changes.map((change) => ({ ...change })),
  )
}

type Direction = 'move' | 'import' | 'export'

function makeMove(direction: Direction): Command {
  return async (context) => {
    await announceCatalog(context, 'work')
    const storage = await selectResource(context, 'storage', findValue(context.line, 'storage'))
    if (storage === undefined) return
    const list = await askSlots(context, storage)
    if (list === undefined) return
    const from = sources(context, direction, list)
    const to = targets(context, direction, list)
    if (from.length > to.length) {
      throw new CofferError(
        'console-usage',
        `${from.length} Volumes to ${direction}, and ${to.length} slots to put them in`,
      )
    }
    await moveAll(
      context,
      storage,
      from.map((slot, index) => ({ from: slot, to: to[index] ?? 0 })),
    )
  }
}

async function moveAll(
  context: CommandContext,
  storage: string,
  moves: readonly { readonly from: number; readonly to: number }[],
): Promise<void> {
  const { director, out, signal } = context
  for (const move of moves) {
    const { ok, text } = await director.peers.moveSlot(storage, move, signal)
    if (!ok) {
      await out.error(text)
      break
    }
    await out.text(`${text}\n`)
  }
  await learnSlots(context, storage)
}

/** Slots that media are taken from: as named, by slot or by Volume; else, to import, all that hold one. */
function sources({ line }: CommandContext, direction: Direction, list: SlotList): number[] {
  const media = mediaOf(list.slots)
  const named = findValue(line, 'srcslots')
  if (named !== undefined) return parseSlots(named)
  const volumes = findValue(line, 'volume')?.split('|')
  const wanted = media.filter(({ isImport, barcode }) =>
    volumes === undefined
      ? direction === 'import' && isImport
      : isImport === (direction === 'import') && volumes.includes(barcode),
  )
  if (wanted.length > 0) return wanted.map(({ slot }) => slot)
  throw new CofferError(
    'console-usage',
    `${direction}: no Volume is chosen by srcslots= or volume=`,
  )
}

/** Slots that media are put in: as named, else those that are free. */
function targets({ line }: CommandContext, direction: Direction, list: SlotList): number[] {
  const named = findValue(line, 'dstslots')
  if (named !== undefined) return parseSlots(named)
  if (direction === 'move') throw new CofferError('console-usage', 'move needs dstslots=')
  const taken = new Set(mediaOf(list.slots).map(({ slot }) => slot))
  const kind = direction === 'export' ? 'import' : 'slot'
  return list.slots
    .filter((slot) => slot.kind === kind && !taken.has(slot.number))
    .map(({ number }) => number)
}

export const moveCommand = makeMove('move')
export const importCommand = makeMove('import')
export const exportCommand = makeMove('export')

/** Media with barcodes that the Catalog does not know yet, for `label barcodes`. */
export async function findUnknownMedia(
  context: CommandContext,
  list: SlotList,
): Promise<readonly Medium[]> {
  const volumes = await volumesByName(context)
  const named = findValue(context.line, 'slots', 'slot')
  const slots = named === undefined ? undefined : new Set(parseSlots(named))
  return mediaOf(list.slots).filter(
    ({ slot, barcode, isImport }) =>
      !isImport &&
      barcode !== '' &&
      (volumes.get(barcode)?.status ?? 'Unlabeled') === 'Unlabeled' &&
      (slots === undefined || slots.has(slot)),
  )
}

export function wantsSlots(context: CommandContext): boolean {
  return hasKeyword(context.line, 'slots')
}
