// Which slots a command means: "1,3-5", and the Volumes of the Catalog that are in them.
import { CofferError } from '@coffer/core'

const MAX_SLOTS = 100_000

/** "1,3-5|7" as numbers in ascending order, each once. Throws `console-usage` for what is no selection. */
export function parseSlots(text: string): number[] {
  const slots = new Set<number>()
  for (const part of text.split(/[,|]/u)) {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/u.exec(part.trim()) ?? []
    if (from === undefined || Number(to) - Number(from) >= MAX_SLOTS || Number(from) > Number(to)) {
      throw new CofferError('console-usage', `"${text}" is no selection of slots, as in 1,3-5`)
    }
    for (let slot = Number(from); slot <= Number(to); slot++) slots.add(slot)
  }
  return [...slots].sort((a, b) => a - b)
}

/** A place of an autochanger as its storage daemon lists it. */
export interface ListedSlot {
  readonly number: number
  readonly kind: string
  readonly full: boolean
  readonly barcode: string
  readonly loadedSlot: number
}

/** Where media are: the slot that each belongs to, also when it is in a drive. */
export interface Medium {
  readonly slot: number
  readonly barcode: string
  readonly isInDrive: boolean
  /** In an import/export slot, out of reach of Jobs. */
  readonly isImport: boolean
}

/** The media of an autochanger by slot. */
export function mediaOf(slots: readonly ListedSlot[]): readonly Medium[] {
  return slots
    .filter(({ full, kind, loadedSlot }) => full && (kind !== 'drive' || loadedSlot > 0))
    .map(({ kind, number, loadedSlot, barcode }) => ({
      slot: kind === 'drive' ? loadedSlot : number,
      barcode,
      isInDrive: kind === 'drive',
      isImport: kind === 'import',
    }))
    .sort((a, b) => a.slot - b.slot)
}

/** What has to be done to the Catalog so that it says where the Volumes of a storage are. */
export interface SlotChange {
  readonly volume: string
  readonly slot: number
  readonly inChanger: boolean
}

interface PlacedVolume {
  readonly name: string
  readonly slot: number
  readonly inChanger: boolean
  readonly storageId: number
}

/**
 * Changes that bring the Catalog in line with a changer: Volumes whose barcodes are in its slots are there, all others that
 * the Catalog has in it are not. Media without barcodes are taken for what the Catalog has in their slots.
 */
export function slotChanges(
  volumes: readonly PlacedVolume[],
  media: readonly Medium[],
  storageId: number,
): SlotChange[] {
  const reachable = media.filter(({ isImport }) => !isImport)
  const byBarcode = new Map(reachable.map((medium) => [medium.barcode, medium.slot]))
  const blank = new Set(reachable.filter(({ barcode }) => barcode === '').map(({ slot }) => slot))
  return volumes.flatMap((volume): SlotChange[] => {
    const { name } = volume
    const slot = byBarcode.get(name)
    const isHere = volume.inChanger && volume.storageId === storageId
    if (slot !== undefined) {
      if (isHere && volume.slot === slot) return []
      return [{ volume: name, slot, inChanger: true }]
    }
    if (!isHere || blank.has(volume.slot)) return []
    return [{ volume: name, slot: 0, inChanger: false }]
  })
}
