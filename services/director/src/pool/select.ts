// Which Volume of a Pool a Job writes next: the order of the search, decided over rows that the Catalog gave.
// Whose Jobs may be deleted is decided in retention.ts; this says when that is to be asked.
import { findExpiry, isPrunableStatus, type VolStatus, type VolumeUsage } from './volume-state.ts'

/** What the search knows of a Volume. `jobs` of one that begins anew counts those that are about to write it. */
export interface PoolVolume extends VolumeUsage {
  readonly mediaId: number
  readonly status: VolStatus
  readonly mediaType: string
  readonly enabled: boolean
  /** May be overwritten once no Job needs it. */
  readonly recycle: boolean
  readonly inChanger: boolean
  readonly storageId: number
  readonly lastWrittenMs: number | undefined
  readonly retentionSeconds: number
}

/** What a Pool, or a Job, allows to be done when no Volume is free. */
export interface ReuseRules {
  /** Auto Prune of the Pool, or Prune Volumes of the Job. */
  readonly prunes: boolean
  /** Recycle Current Volume: the mounted one is pruned before others. */
  readonly recyclesCurrent: boolean
  /** Purge Oldest Volume, which wins, or Recycle Oldest Volume. */
  readonly oldest: 'keep' | 'prune' | 'purge'
}

export interface VolumeSearch {
  readonly nowMs: number
  readonly mediaType: string
  /** Volumes of the Pool. */
  readonly volumes: readonly PoolVolume[]
  /** Volumes of the scratch Pool, empty when there is none. */
  readonly scratch: readonly PoolVolume[]
  /** 0 is no limit. */
  readonly maximumVolumes: number
  /** Whether the Pool has a Label Format and its storage may label. */
  readonly canCreate: boolean
  /** Volume in the Device now. */
  readonly mounted?: string
  /** Volumes that storage was offered and could not use. */
  readonly unusable: ReadonlySet<string>
  /** Set when the storage is an autochanger: its Volumes that are in the changer come first. */
  readonly changerStorageId?: number
  readonly reuse: ReuseRules
  /** Volumes of other Pools that move to this one, or to the scratch Pool, when they are purged. */
  readonly returning: readonly PoolVolume[]
  /** Volumes that running Jobs write to, or are about to: nothing is deleted from them. */
  readonly busy: ReadonlySet<string>
  /** Volumes that running Jobs read: they do not begin anew. */
  readonly read: ReadonlySet<string>
  /** MediaIds of Volumes that would leave for a Pool that is not searched, were they purged. */
  readonly leaving: ReadonlySet<number>
  /** MediaIds that pruning was tried on. */
  readonly tried: ReadonlySet<number>
}

/** A Volume found used up on the way: its status is to be changed whatever else is decided. */
export interface VolumeMark {
  readonly volume: PoolVolume
  readonly status: VolStatus
  readonly text: string
}

export type VolumeChoice =
  | { readonly kind: 'use'; readonly volume: PoolVolume; readonly marks: readonly VolumeMark[] }
  | { readonly kind: 'recycle'; readonly volume: PoolVolume; readonly marks: readonly VolumeMark[] }
  | { readonly kind: 'scratch'; readonly volume: PoolVolume; readonly marks: readonly VolumeMark[] }
  /** Ordered: the first of them that pruning frees is to be freed; then the search begins anew. */
  | {
      readonly kind: 'prune'
      readonly volumes: readonly PoolVolume[]
      readonly marks: readonly VolumeMark[]
    }
  /** Its Jobs are to go whatever their retention; then the search begins anew. */
  | { readonly kind: 'purge'; readonly volume: PoolVolume; readonly marks: readonly VolumeMark[] }
  | { readonly kind: 'create'; readonly marks: readonly VolumeMark[] }
  | { readonly kind: 'none'; readonly marks: readonly VolumeMark[]; readonly reason: string }

/**
 * The next Volume, in Bareos's order: appendable, unlabelled, to be recycled, oldest purged, one that pruning frees, from
 * Scratch, a new one, the oldest one where the Pool says so. With an autochanger all up to Scratch are tried among the
 * Volumes in the changer first. `use` takes a Volume as it is; `recycle` first makes it Recycle; `scratch` first moves it
 * to the Pool.
 */
export function selectVolume(search: VolumeSearch): VolumeChoice {
  const usable = search.volumes.filter((volume) => isCandidate(volume, search))
  const marks = usable.flatMap((volume) => expiredMark(volume, search.nowMs))
  const expired = new Set(marks.map((mark) => mark.volume.mediaId))
  const alive = usable.filter((volume) => !expired.has(volume.mediaId))
  for (const reach of reaches(search)) {
    const own = findInPool(alive.filter(reach), search.mounted)
    if (own !== undefined) return { ...own, marks }
    const prunable = findPrunable(search, expired).filter(reach)
    if (prunable.length > 0) return { kind: 'prune', volumes: prunable, marks }
    const spare = hasRoom(search) ? findScratch(search, reach) : undefined
    if (spare !== undefined) return { kind: 'scratch', volume: spare, marks }
  }
  if (search.canCreate && hasRoom(search)) return { kind: 'create', marks }
  const oldest = findOldest(search, expired)
  return oldest === undefined
    ? { kind: 'none', marks, reason: whyNone(search) }
    : { ...oldest, marks }
}

type Reach = (volume: PoolVolume) => boolean

function reaches({ changerStorageId }: VolumeSearch): Reach[] {
  const everywhere: Reach = () => true
  if (changerStorageId === undefined) return [everywhere]
  return [(volume) => volume.inChanger && volume.storageId === changerStorageId, everywhere]
}

function isCandidate(volume: PoolVolume, search: VolumeSearch): boolean {
  return (
    volume.enabled &&
    volume.mediaType === search.mediaType &&
    !search.unusable.has(volume.name) &&
    !isPromised(volume) &&
    !(search.read.has(volume.name) && volume.status !== 'Append')
  )
}

/** A Volume that begins anew, with as many Jobs about to write it as it may hold. */
function isPromised({ status, jobs, maxJobs }: PoolVolume): boolean {
  const isFresh = status === 'Unlabeled' || status === 'Recycle' || status === 'Purged'
  return isFresh && maxJobs > 0 && jobs >= maxJobs
}

function expiredMark(volume: PoolVolume, nowMs: number): VolumeMark[] {
  if (volume.status !== 'Append') return []
  const expiry = findExpiry(volume, nowMs)
  return expiry === undefined ? [] : [{ volume, ...expiry }]
}

type Found = { readonly kind: 'use' | 'recycle'; readonly volume: PoolVolume }

function findInPool(
  volumes: readonly PoolVolume[],
  mounted: string | undefined,
): Found | undefined {
  for (const status of ['Append', 'Unlabeled', 'Recycle'] as const) {
    const volume = first(volumes, status, mounted)
    if (volume !== undefined) return { kind: 'use', volume }
  }
  const purged = first(volumes.filter(isRecyclable), 'Purged', undefined)
  return purged === undefined ? undefined : { kind: 'recycle', volume: purged }
}

function findScratch(search: VolumeSearch, reach: Reach): PoolVolume | undefined {
  const usable = search.scratch.filter((volume) => isCandidate(volume, search) && reach(volume))
  return findInPool(usable, search.mounted)?.volume
}

/** Volumes whose Jobs may go, the one written longest ago first; `expired` are about to become Full or Used. */
function findPrunable(search: VolumeSearch, expired: ReadonlySet<number>): PoolVolume[] {
  const { reuse, mounted, tried } = search
  const own = search.volumes.filter(
    (volume) => reuse.prunes || (reuse.recyclesCurrent && volume.name === mounted),
  )
  const others = reuse.prunes && hasRoom(search) ? search.returning : []
  const first = (volume: PoolVolume): boolean => reuse.recyclesCurrent && volume.name === mounted
  return [...own, ...others]
    .filter((volume) => isReusable(volume, search, expired))
    .filter(({ mediaId }) => !tried.has(mediaId))
    .sort((a, b) => Number(first(b)) - Number(first(a)) || byAge(a, b))
}

/** Steps for Pools that would rather lose their oldest backups than wait. */
function findOldest(
  search: VolumeSearch,
  expired: ReadonlySet<number>,
):
  | { readonly kind: 'purge'; readonly volume: PoolVolume }
  | { readonly kind: 'prune'; readonly volumes: readonly PoolVolume[] }
  | undefined {
  const { volumes, reuse, tried } = search
  if (reuse.oldest === 'keep') return undefined
  const [oldest] = volumes.filter((volume) => isReusable(volume, search, expired)).sort(byAge)
  if (oldest === undefined) return undefined
  if (reuse.oldest === 'purge') return { kind: 'purge', volume: oldest }
  return tried.has(oldest.mediaId) ? undefined : { kind: 'prune', volumes: [oldest] }
}

/** Written out, or failed, and not in use: with its Jobs gone it can be written anew. */
function isReusable(
  volume: PoolVolume,
  search: VolumeSearch,
  expired: ReadonlySet<number>,
): boolean {
  return (
    isCandidate(volume, search) &&
    volume.recycle &&
    !search.busy.has(volume.name) &&
    !search.leaving.has(volume.mediaId) &&
    isWorthTrying(volume, search.nowMs) &&
    (isPrunableStatus(volume.status) || expired.has(volume.mediaId))
  )
}

/** A failed one is left alone for as long as its data might be wanted, so that it is not tried again and again. */
function isWorthTrying({ status, lastWrittenMs, retentionSeconds }: PoolVolume, nowMs: number) {
  if (status !== 'Error') return true
  return lastWrittenMs !== undefined && lastWrittenMs + retentionSeconds * 1000 <= nowMs
}

function isRecyclable(volume: PoolVolume): boolean {
  return volume.recycle
}

/** Of the Volumes with this status: the mounted one, else the one written longest ago, else the lowest MediaId. */
function first(
  volumes: readonly PoolVolume[],
  status: VolStatus,
  mounted: string | undefined,
): PoolVolume | undefined {
  const those = volumes.filter((volume) => volume.status === status)
  return those.find((volume) => volume.name === mounted) ?? those.sort(byAge)[0]
}

function byAge(a: PoolVolume, b: PoolVolume): number {
  const age = (a.lastWrittenMs ?? Infinity) - (b.lastWrittenMs ?? Infinity)
  return Number.isNaN(age) || age === 0 ? a.mediaId - b.mediaId : age
}

function hasRoom({ maximumVolumes, volumes }: VolumeSearch): boolean {
  return maximumVolumes === 0 || volumes.length < maximumVolumes
}

function whyNone(search: VolumeSearch): string {
  if (!hasRoom(search)) {
    return `the Pool holds its Maximum Volumes of ${search.maximumVolumes} and none of them can be written`
  }
  return 'the Pool holds no Volume that can be written and has no Label Format to create one'
}
