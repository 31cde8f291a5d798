import { describe, expect, test } from 'vitest'
import { mediaOf, parseSlots, slotChanges } from './slot-selection.ts'

test.each([
  ['3', [3]],
  ['1,3-5', [1, 3, 4, 5]],
  ['5|2-3,3', [2, 3, 5]],
])('%s', (text, expected) => {
  expect(parseSlots(text)).toEqual(expected)
})

test.each(['', 'x', '5-3', '1-', '0-999999'])('"%s" is no selection', (text) => {
  expect(() => parseSlots(text)).toThrow('no selection of slots')
})

const slots = [
  { number: 0, kind: 'drive', full: true, barcode: 'B', loadedSlot: 2 },
  { number: 1, kind: 'slot', full: true, barcode: 'A', loadedSlot: 0 },
  { number: 2, kind: 'slot', full: false, barcode: '', loadedSlot: 0 },
  { number: 3, kind: 'slot', full: true, barcode: '', loadedSlot: 0 },
  { number: 4, kind: 'import', full: true, barcode: 'I', loadedSlot: 0 },
]

test('media belong to slots, also when they are in a drive', () => {
  expect(mediaOf(slots).map(({ slot, barcode }) => `${slot}:${barcode}`)).toEqual([
    '1:A',
    '2:B',
    '3:',
    '4:I',
  ])
})

describe('what the Catalog has to learn of a changer', () => {
  const at = (name: string, slot: number, inChanger = slot > 0, storageId = 7) => ({
    name,
    slot,
    inChanger,
    storageId,
  })
  test.each([
    ['one that came', at('A', 0), { volume: 'A', slot: 1, inChanger: true }],
    ['one that moved', at('A', 9), { volume: 'A', slot: 1, inChanger: true }],
    ['one that came from another', at('A', 1, true, 8), { volume: 'A', slot: 1, inChanger: true }],
    ['one that is where it was', at('A', 1), undefined],
    ['one in a drive', at('B', 0), { volume: 'B', slot: 2, inChanger: true }],
    ['one that went', at('X', 5), { volume: 'X', slot: 0, inChanger: false }],
    ['one that can be taken out', at('I', 4), { volume: 'I', slot: 0, inChanger: false }],
    ['one without a barcode', at('X', 3), undefined],
    ['one that never was there', at('X', 0), undefined],
    ['one of another changer', at('X', 5, true, 8), undefined],
  ])('%s', (_name, volume, expected) => {
    expect(slotChanges([volume], mediaOf(slots), 7)).toEqual(
      expected === undefined ? [] : [expected],
    )
  })
})
