import { describe, expect, test } from 'vitest'
import { type PoolVolume, selectVolume, type VolumeSearch } from './select.ts'

let nextId = 1
function volume(change: Partial<PoolVolume> & { readonly name: string }): PoolVolume {
  return {
    mediaId: nextId++,
    status: 'Append',
    mediaType: 'File',
    enabled: true,
    recycle: true,
    inChanger: false,
    storageId: 1,
    bytes: 100,
    jobs: 1,
    files: 0,
    maxBytes: 0,
    maxJobs: 0,
    maxFiles: 0,
    useDurationSeconds: 0,
    firstWrittenMs: undefined,
    lastWrittenMs: undefined,
    ...change,
  }
}

function search(volumes: PoolVolume[], change: Partial<VolumeSearch> = {}): VolumeSearch {
  return {
    nowMs: 1_000_000,
    mediaType: 'File',
    volumes,
    scratch: [],
    maximumVolumes: 0,
    canCreate: false,
    unusable: new Set(),
    ...change,
  }
}

function chosen(wanted: VolumeSearch): string {
  const choice = selectVolume(wanted)
  return 'volume' in choice ? `${choice.kind} ${choice.volume.name}` : choice.kind
}

const append = volume({ name: 'append', lastWrittenMs: 500 })
const older = volume({ name: 'older', lastWrittenMs: 400 })
const fresh = volume({ name: 'fresh' })
const unlabeled = volume({ name: 'unlabeled', status: 'Unlabeled' })
const recycle = volume({ name: 'recycle', status: 'Recycle' })
const promised = { ...unlabeled, jobs: 2, maxJobs: 2 }
const purged = volume({ name: 'purged', status: 'Purged', lastWrittenMs: 9 })
const purgedOld = volume({ name: 'purged-old', status: 'Purged', lastWrittenMs: 3 })
const full = volume({ name: 'full', status: 'Full' })
const spare = volume({ name: 'spare', status: 'Append' })

describe('the order of the search', () => {
  const cases: [string, VolumeSearch, string][] = [
    ['appendable first', search([purged, recycle, unlabeled, append]), 'use append'],
    ['written longest ago', search([append, fresh, older]), 'use older'],
    ['the mounted one before that', search([append, older], { mounted: 'append' }), 'use append'],
    ['then unlabelled', search([purged, recycle, unlabeled, full]), 'use unlabeled'],
    ['then Recycle', search([purged, recycle, full]), 'use recycle'],
    ['then the oldest purged', search([full, purged, purgedOld]), 'recycle purged-old'],
    ['then from Scratch', search([full], { scratch: [spare] }), 'scratch spare'],
    ['then a new one', search([full], { canCreate: true }), 'create'],
    [
      'Scratch before a new one',
      search([], { canCreate: true, scratch: [spare] }),
      'scratch spare',
    ],
    ['otherwise none', search([full]), 'none'],
  ]
  test.each(cases)('%s', (_name, wanted, expected) => {
    expect(chosen(wanted)).toBe(expected)
  })
})

describe('what rules a Volume out', () => {
  const cases: [string, VolumeSearch, string][] = [
    ['disabled', search([volume({ name: 'v', enabled: false })]), 'none'],
    ['promised to as many Jobs as it may hold', search([promised]), 'none'],
    ['another media type', search([volume({ name: 'v', mediaType: 'LTO' })]), 'none'],
    ['storage could not use it', search([append], { unusable: new Set(['append']) }), 'none'],
    ['purged but not to be recycled', search([{ ...purged, recycle: false }]), 'none'],
    ['a full Pool creates none', search([full], { canCreate: true, maximumVolumes: 1 }), 'none'],
    ['nor takes from Scratch', search([full], { scratch: [spare], maximumVolumes: 1 }), 'none'],
    ['a Pool with room does', search([full], { canCreate: true, maximumVolumes: 2 }), 'create'],
  ]
  test.each(cases)('%s', (_name, wanted, expected) => {
    expect(chosen(wanted)).toBe(expected)
  })
})

test('an appendable Volume at its limit is marked and passed over', () => {
  const spent = volume({ name: 'spent', maxJobs: 1, lastWrittenMs: 1 })
  const choice = selectVolume(search([spent, append]))
  expect(choice).toMatchObject({ kind: 'use', volume: { name: 'append' } })
  expect(choice.marks).toEqual([
    {
      volume: spent,
      status: 'Used',
      text: 'Max Volume jobs=1 exceeded. Marking Volume "spent" as Used.',
    },
  ])
})

test('Volumes in the changer come first, others after', () => {
  const inside = volume({ name: 'inside', status: 'Recycle', inChanger: true, storageId: 7 })
  const elsewhere = volume({ name: 'elsewhere', inChanger: true, storageId: 8 })
  expect(chosen(search([append, elsewhere, inside], { changerStorageId: 7 }))).toBe('use inside')
  expect(chosen(search([elsewhere, full], { changerStorageId: 7 }))).toBe('use elsewhere')
})

test('the reason says what is missing', () => {
  expect(selectVolume(search([full], { canCreate: true, maximumVolumes: 1 }))).toMatchObject({
    reason: 'the Pool holds its Maximum Volumes of 1 and none of them can be written',
  })
})
