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
    retentionSeconds: 100,
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
    reuse: { prunes: false, recyclesCurrent: false, oldest: 'keep' },
    returning: [],
    busy: new Set(),
    read: new Set(),
    leaving: new Set(),
    tried: new Set(),
    ...change,
  }
}

function chosen(wanted: VolumeSearch): string {
  const choice = selectVolume(wanted)
  if (choice.kind === 'prune') return `prune ${choice.volumes.map(({ name }) => name).join()}`
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
    ['a restore reads it', search([purged], { read: new Set(['purged']) }), 'none'],
    [
      'a restore reads what is appended to',
      search([append], { read: new Set(['append']) }),
      'use append',
    ],
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

describe('when no Volume is free', () => {
  const prunes = { prunes: true, recyclesCurrent: false, oldest: 'keep' } as const
  const full1 = volume({ name: 'full1', status: 'Full', lastWrittenMs: 5 })
  const used2 = volume({ name: 'used2', status: 'Used', lastWrittenMs: 4 })
  const spent = volume({ name: 'spent', maxJobs: 1, lastWrittenMs: 3 })
  const failed = volume({ name: 'failed', status: 'Error', lastWrittenMs: 899_999 })
  const all = [full1, used2]
  const returning = [volume({ name: 'back', status: 'Full', lastWrittenMs: 1 })]
  const tried = new Set(all.map(({ mediaId }) => mediaId))
  const cases: [string, VolumeSearch, string][] = [
    ['the Pool does not prune', search(all), 'none'],
    ['it prunes, written longest ago first', search(all, { reuse: prunes }), 'prune used2,full1'],
    [
      'what is spent but not yet marked is among them',
      search([...all, spent], { reuse: prunes }),
      'prune spent,used2,full1',
    ],
    [
      'what comes back from other Pools too',
      search(all, { reuse: prunes, returning }),
      'prune back,used2,full1',
    ],
    [
      'unless the Pool has no room for it',
      search(all, { reuse: prunes, returning, maximumVolumes: 2 }),
      'prune used2,full1',
    ],
    ['a purged one is better', search([...all, purged], { reuse: prunes }), 'recycle purged'],
    [
      'pruning is better than Scratch',
      search(all, { reuse: prunes, scratch: [spare], canCreate: true }),
      'prune used2,full1',
    ],
    ['in vain: Scratch', search(all, { reuse: prunes, scratch: [spare], tried }), 'scratch spare'],
    ['in vain: a new one', search(all, { reuse: prunes, canCreate: true, tried }), 'create'],
    ['in vain: none', search(all, { reuse: prunes, tried }), 'none'],
    [
      'not what is written to now',
      search(all, { reuse: prunes, busy: new Set(['used2']) }),
      'prune full1',
    ],
    [
      'not what may not be recycled',
      search([full1, { ...used2, recycle: false }], { reuse: prunes }),
      'prune full1',
    ],
    [
      'nor what would leave for another Pool',
      search(all, { reuse: { ...prunes, oldest: 'purge' }, leaving: tried }),
      'none',
    ],
    ['nor what is archived', search([{ ...full1, enabled: false }], { reuse: prunes }), 'none'],
    [
      'what failed only when its retention is over',
      search([failed, { ...failed, name: 'late', lastWrittenMs: 900_001 }], { reuse: prunes }),
      'prune failed',
    ],
    [
      'what failed before it was written is left alone',
      search([{ ...failed, lastWrittenMs: undefined }], { reuse: prunes }),
      'none',
    ],
    [
      'Read-Only is left alone',
      search([volume({ name: 'v', status: 'Read-Only' })], { reuse: prunes }),
      'none',
    ],
    [
      'the mounted one first',
      search(all, { reuse: { ...prunes, recyclesCurrent: true }, mounted: 'full1' }),
      'prune full1,used2',
    ],
    [
      'and only that one where nothing else is pruned',
      search(all, {
        reuse: { ...prunes, prunes: false, recyclesCurrent: true },
        mounted: 'full1',
      }),
      'prune full1',
    ],
    [
      'the oldest is pruned after all else',
      search(all, { reuse: { ...prunes, prunes: false, oldest: 'prune' } }),
      'prune used2',
    ],
    [
      'a new one is better than that',
      search(all, { reuse: { ...prunes, prunes: false, oldest: 'prune' }, canCreate: true }),
      'create',
    ],
    ['once', search(all, { reuse: { ...prunes, prunes: false, oldest: 'prune' }, tried }), 'none'],
    [
      'the oldest is purged after all else',
      search(all, { reuse: { ...prunes, oldest: 'purge' }, tried }),
      'purge used2',
    ],
    [
      'but never one that is written to',
      search(all, { reuse: { ...prunes, oldest: 'purge' }, tried, busy: new Set(['used2']) }),
      'purge full1',
    ],
  ]
  test.each(cases)('%s', (_name, wanted, expected) => {
    expect(chosen(wanted)).toBe(expected)
  })
})

test('a changer is pruned before anything outside of it is taken', () => {
  const inside = volume({ name: 'inside', status: 'Full', inChanger: true, storageId: 7 })
  const reuse = { prunes: true, recyclesCurrent: false, oldest: 'keep' } as const
  const wanted = search([append, inside], { changerStorageId: 7, reuse })
  expect(chosen(wanted)).toBe('prune inside')
  expect(chosen({ ...wanted, tried: new Set([inside.mediaId]) })).toBe('use append')
})
