import { expect, test } from 'vitest'
import { changerArguments, parseListAll, parseNumber } from './changer-script.ts'
import { chooseDrive, type DriveState } from './choose-drive.ts'

const call = {
  operation: 'load',
  slot: 3,
  drive: 1,
  archiveDevice: '/dev/nst0',
  changerDevice: '/dev/sg 0',
  volume: 'V1',
} as const

test.each([
  ['mtx-changer %c %o %S %a %d', ['mtx-changer', '/dev/sg 0', 'load', '3', '/dev/nst0', '1']],
  ['"/opt/my changer" %s %v %% %x', ['/opt/my changer', '2', 'V1', '%', '%x']],
  ['x "%v;%o"', ['x', 'V1;load']],
])('%s', (command, expected) => {
  expect(changerArguments(command, call)).toEqual(expected)
})

test('an empty command is a fault', () => {
  expect(() => changerArguments('  ', call)).toThrow('empty')
})

test('places of a changer', () => {
  const text = 'hello\nD:0:F:2:VOL2\nD:1:E\nS:1:F:VOL1\nS:2:E\nS:3:F\nI:4:F:VOL4\nI:5:E\nS:x:E\n'
  expect(
    parseListAll(text).map(
      ({ kind, number, isFull, barcode, loadedSlot }) =>
        `${kind} ${number} ${isFull ? 'full' : 'empty'} ${barcode} ${loadedSlot}`,
    ),
  ).toEqual([
    'drive 0 full VOL2 2',
    'drive 1 empty  0',
    'slot 1 full VOL1 0',
    'slot 2 empty  0',
    'slot 3 full  0',
    'import 4 full VOL4 0',
    'import 5 empty  0',
  ])
})

test('numbers among talk', () => {
  expect(parseNumber('loaded:\n 12 \n')).toBe(12)
  expect(parseNumber('none')).toBeUndefined()
})

const drive = (index: number, change: Partial<DriveState> = {}): DriveState => ({
  index,
  users: 0,
  slot: 0,
  isUnmounted: false,
  ...change,
})

test.each([
  ['the one that has it, though it is used', [drive(0), drive(1, { slot: 5, users: 2 })], 1],
  ['an empty one', [drive(0, { slot: 7 }), drive(1)], 1],
  ['an idle one', [drive(0, { slot: 7, users: 1 }), drive(1, { slot: 8 })], 1],
  ['none that is used', [drive(0, { slot: 7, users: 1 })], undefined],
  ['none that was taken away', [drive(0, { isUnmounted: true })], undefined],
  [
    'nor another while it is in that',
    [drive(0, { slot: 5, isUnmounted: true }), drive(1)],
    undefined,
  ],
])('a drive for slot 5: %s', (_name, drives, expected) => {
  expect(chooseDrive(drives, 5)?.index).toBe(expected)
})
