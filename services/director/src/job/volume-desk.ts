// Hands out Volumes to Jobs and writes down what storage daemons report of them: pool/ decides, this acts on the Catalog.
import type { Clock, MessageType } from '@coffer/core'
import type { Volume } from '@coffer/wire'
import type { Catalog } from '../catalog/catalog.ts'
import type { VolumeChange, VolumeRow } from '../catalog/media.ts'
import type { PoolRow } from '../catalog/pools.ts'
import { hasCounter, type LabelContext, volumeNameFrom } from '../pool/label-format.ts'
import { freeVolume, orphanText, type PruningCatalog, purgeVolume } from '../pool/pruning.ts'
import {
  type PoolVolume,
  type ReuseRules,
  selectVolume,
  type VolumeChoice,
  type VolumeMark,
} from '../pool/select.ts'
import { findExpiry, statusAfterReport } from '../pool/volume-state.ts'

/** A line for the Job log that a decision gives rise to. */
export interface Note {
  readonly type: MessageType
  readonly text: string
}

/** What a Job needs a Volume for. */
export interface VolumeNeed {
  readonly jobId: number
  readonly pool: string
  readonly mediaType: string
  readonly storageId: number
  readonly isChanger: boolean
  /** What may be done when no Volume is free. */
  readonly reuse: ReuseRules
  readonly mounted: string
  readonly unusable: readonly string[]
  /** For the name of a new Volume. */
  readonly label: Omit<LabelContext, 'nowMs' | 'volumeCount' | 'pool' | 'mediaType'>
}

export type VolumeFound =
  | { readonly volume: VolumeRow; readonly notes: readonly Note[] }
  | { readonly volume: undefined; readonly notes: readonly Note[]; readonly reason: string }

/** Name of the Pool that others draw from when it exists and they name no other. */
const SCRATCH_POOL = 'Scratch'

const FRESH: VolumeChange = {
  jobs: 0,
  files: 0,
  blocks: 0,
  errors: 0,
  bytes: 1,
  firstWrittenMs: null,
  lastWrittenMs: null,
}

/** One search for a Volume: what it is for, and what it has learned on the way. */
interface Search {
  readonly need: VolumeNeed
  readonly pool: PoolRow
  readonly notes: Note[]
  readonly unusable: Set<string>
  readonly tried: Set<number>
  /** Why pruning freed nothing. */
  kept: string
  /** One Volume was purged regardless of its retention: no second one is, whatever becomes of it. */
  hasPurged: boolean
}

type DeskCatalog = PruningCatalog & Pick<Catalog, 'pools'>

/** One for the Director. Its calls run one after the other, so that two Jobs never see the same state of a Volume. */
export class VolumeDesk {
  readonly #catalog: DeskCatalog
  readonly #clock: Clock
  /** JobIds that were given a Volume and have not been counted on it yet, by its name. */
  readonly #promised = new Map<string, Set<number>>()
  /** Volumes that each Job was counted on. */
  readonly #counted = new Map<number, Set<string>>()
  /** Volumes that each Job reads. */
  readonly #read = new Map<number, ReadonlySet<string>>()
  readonly #listeners = new Set<() => void>()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(catalog: DeskCatalog, clock: Clock) {
    this.#catalog = catalog
    this.#clock = clock
  }

  /** The Volume that the Job writes next, or why there is none. Throws `label-format-invalid`, `catalog-lost`. */
  async next(need: VolumeNeed): Promise<VolumeFound> {
    return this.#inTurn(async () => {
      for (const name of need.unusable) this.#promised.get(name)?.delete(need.jobId)
      const found = await this.#search(need)
      if (found.volume !== undefined) this.#promise(found.volume.name, need.jobId)
      return found
    })
  }

  /**
   * Writes down what storage reports of a Volume: its label, growth, end or failure. Counts the Job on it the first time,
   * and marks it when that was its last.
   */
  async report(jobId: number, reported: Volume): Promise<readonly Note[]> {
    return this.#inTurn(async () => {
      const known = await this.#catalog.media.find(reported.name)
      if (known === undefined) return []
      // A Volume that was refused got nothing of the Job.
      const isNew = reported.status !== 'Error' && this.#count(jobId, known.name)
      const change = changeFrom(known, reported, isNew)
      const row = (await this.#catalog.media.update(known.name, change)) ?? known
      const notes = await this.#expire(row)
      if (row.status !== known.status) this.wake()
      return notes
    })
  }

  /** The Job reads these Volumes: until it is released nothing is deleted from them and none of them begins anew. */
  read(jobId: number, volumes: Iterable<string>): void {
    this.#read.set(jobId, new Set(volumes))
  }

  /** Prunes the Volume when that frees it, and no Job that has not ended uses it. */
  async free(volume: VolumeRow): ReturnType<typeof freeVolume> {
    return this.#inTurn(() => {
      const candidates = this.#busyVolumes().has(volume.name) ? [] : [volume]
      return freeVolume(this.#catalog, candidates, this.#clock.nowMs())
    })
  }

  /** Runs `action` while no Volume is given to a Job, and no report of one is written down. */
  async exclusively<Result>(action: () => Promise<Result>): Promise<Result> {
    return this.#inTurn(action)
  }

  /** The Job has ended: what it was promised is free for others. */
  release(jobId: number): void {
    this.#read.delete(jobId)
    for (const jobs of this.#promised.values()) jobs.delete(jobId)
    this.#counted.delete(jobId)
    this.wake()
  }

  /** Calls back whenever a search that found nothing may now find something; the result stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** To be called when Volumes were changed elsewhere (labelled, purged, updated by an operator). */
  wake(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  async #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(action)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async #search(need: VolumeNeed): Promise<VolumeFound> {
    const pool = await this.#catalog.pools.find(need.pool)
    if (pool === undefined) {
      return { volume: undefined, notes: [], reason: `the Catalog has no Pool "${need.pool}"` }
    }
    const search: Search = {
      need,
      pool,
      notes: [],
      unusable: new Set(need.unusable),
      tried: new Set(),
      kept: '',
      hasPurged: false,
    }
    for (;;) {
      const found = await this.#step(search)
      if (found !== undefined) return found
    }
  }

  /** Does what the search comes to. Undefined when it has to begin anew with what was changed or learned. */
  async #step(search: Search): Promise<VolumeFound | undefined> {
    const { need, pool, notes, unusable } = search
    const choice = await this.#choose(search)
    notes.push(...(await this.#mark(choice.marks)))
    switch (choice.kind) {
      case 'none':
        return { volume: undefined, notes, reason: whyNone(choice.reason, search.kept) }
      case 'prune':
        await this.#prune(choice.volumes, search)
        return undefined
      case 'purge':
        search.hasPurged = true
        await this.#purgeOldest(choice.volume, notes)
        return undefined
      default: {
        const volume = await this.#take(choice, need, pool, notes)
        if (volume !== undefined) return { volume, notes }
        // The Pool filled up, or the Volume went, between the look and the act: look again without it.
        if (choice.kind === 'create') {
          return { volume: undefined, notes, reason: 'no new Volume could be created in the Pool' }
        }
        unusable.add(choice.volume.name)
        return undefined
      }
    }
  }

  async #choose({ need, pool, unusable, tried, hasPurged }: Search): Promise<VolumeChoice> {
    const volumes = await this.#catalog.media.list({ poolId: pool.poolId })
    const scratchPool = await this.#scratchPool(pool)
    const homes = new Set([pool.poolId, scratchPool?.poolId ?? pool.poolId])
    return selectVolume({
      nowMs: this.#clock.nowMs(),
      mediaType: need.mediaType,
      volumes: volumes.map((volume) => this.#withPromised(volume, need.jobId)),
      scratch: await this.#volumesOf(scratchPool, need.jobId),
      maximumVolumes: pool.maximumVolumes,
      canCreate: pool.labelFormat !== '' && pool.labelFormat !== '*',
      unusable,
      ...(need.mounted === '' ? {} : { mounted: need.mounted }),
      ...(need.isChanger ? { changerStorageId: need.storageId } : {}),
      reuse: hasPurged ? { ...need.reuse, oldest: 'keep' } : need.reuse,
      returning: need.reuse.prunes ? await this.#returning(homes, pool) : [],
      leaving: new Set(
        volumes
          .filter(({ recyclePoolId }) => recyclePoolId !== 0 && !homes.has(recyclePoolId))
          .map(({ mediaId }) => mediaId),
      ),
      busy: this.#busyVolumes(),
      read: new Set([...this.#read.values()].flatMap((names) => [...names])),
      tried,
    })
  }

  /** Volumes of other Pools that come to one of these when they are purged. */
  async #returning(homes: ReadonlySet<number>, { poolId }: PoolRow): Promise<VolumeRow[]> {
    const volumes = await this.#catalog.media.list({ statuses: ['Full', 'Used', 'Error'] })
    return volumes.filter((volume) => volume.poolId !== poolId && homes.has(volume.recyclePoolId))
  }

  /** Volumes that Jobs which have not ended write to, were promised, or read. */
  #busyVolumes(): ReadonlySet<string> {
    const promised = [...this.#promised].filter(([, jobs]) => jobs.size > 0).map(([name]) => name)
    const used = [...this.#counted.values(), ...this.#read.values()]
    return new Set([...promised, ...used.flatMap((names) => [...names])])
  }

  async #prune(candidates: readonly PoolVolume[], search: Search): Promise<void> {
    const { notes, tried } = search
    const rows = await Promise.all(
      candidates.map(({ mediaId }) => this.#catalog.media.findById(mediaId)),
    )
    const volumes = rows.filter((row) => row !== undefined)
    const freed = await freeVolume(this.#catalog, volumes, this.#clock.nowMs())
    if (freed.volume === undefined) {
      search.kept = freed.reason
      for (const { mediaId } of candidates) tried.add(mediaId)
      return
    }
    const { volume, jobIds } = freed
    const what = jobIds.length === 0 ? 'no Jobs are left on it' : `JobIds ${jobIds.join(',')}`
    notes.push({ type: 'info', text: `Pruned volume "${volume.name}": ${what}.` })
    tried.add(volume.mediaId)
  }

  async #purgeOldest({ mediaId, name }: PoolVolume, notes: Note[]): Promise<void> {
    const row = await this.#catalog.media.findById(mediaId)
    if (row === undefined) return
    const { jobIds, orphans } = await purgeVolume(this.#catalog, row)
    const text = `Purging oldest volume "${name}" regardless of its retention: JobIds ${jobIds.join(',')}.`
    notes.push({ type: jobIds.length === 0 ? 'info' : 'warning', text })
    if (orphans.length > 0) notes.push({ type: 'warning', text: orphanText(orphans) })
  }

  /** Jobs that were given the Volume and have not written yet count as Jobs on it. */
  #withPromised(volume: VolumeRow, jobId: number): VolumeRow {
    const promised = this.#promised.get(volume.name)
    const others = (promised?.size ?? 0) - (promised?.has(jobId) === true ? 1 : 0)
    const beginsAnew = volume.status === 'Recycle' || volume.status === 'Purged'
    return { ...volume, jobs: (beginsAnew ? 0 : volume.jobs) + others }
  }

  async #scratchPool(pool: PoolRow): Promise<PoolRow | undefined> {
    const scratch = pool.scratchPoolId
      ? await this.#catalog.pools.findById(pool.scratchPoolId)
      : await this.#catalog.pools.find(SCRATCH_POOL)
    return scratch?.poolId === pool.poolId ? undefined : scratch
  }

  async #volumesOf(pool: PoolRow | undefined, jobId: number): Promise<VolumeRow[]> {
    if (pool === undefined) return []
    const volumes = await this.#catalog.media.list({ poolId: pool.poolId })
    return volumes.map((volume) => this.#withPromised(volume, jobId))
  }

  async #mark(marks: readonly VolumeMark[]): Promise<Note[]> {
    const notes: Note[] = []
    for (const { volume, status, text } of marks) {
      const row = await this.#catalog.media.find(volume.name)
      // Reached only with Jobs that have not written yet: full for others, not used up.
      if (row === undefined || findExpiry(row, this.#clock.nowMs()) === undefined) continue
      await this.#catalog.media.update(volume.name, { status })
      notes.push({ type: 'info', text })
    }
    return notes
  }

  async #take(
    choice: Exclude<VolumeChoice, { kind: 'none' | 'prune' | 'purge' }>,
    need: VolumeNeed,
    pool: PoolRow,
    notes: Note[],
  ): Promise<VolumeRow | undefined> {
    if (choice.kind === 'create') return this.#create(need, pool, notes)
    const { name } = choice.volume
    if (choice.kind === 'scratch') {
      await this.#catalog.media.update(name, { poolId: pool.poolId })
      await this.#catalog.media.updateFromPool(name)
      notes.push({ type: 'info', text: `Using Volume "${name}" from 'Scratch' pool.` })
    }
    if (choice.volume.status === 'Purged') {
      notes.push({ type: 'info', text: `Recycled volume "${name}"` })
      return this.#recycle(name, notes)
    }
    return choice.volume.status === 'Recycle'
      ? this.#recycle(name, notes)
      : this.#catalog.media.find(name)
  }

  /** Whatever the Catalog still says of the Volume's old data must go before they are overwritten. */
  async #recycle(name: string, notes: Note[]): Promise<VolumeRow | undefined> {
    const row = await this.#catalog.media.find(name)
    if (row === undefined) return undefined
    const jobIds = await this.#catalog.purge.purgeVolume(name)
    if (jobIds.length > 0) {
      const text = `Volume "${name}" begins anew with JobIds ${jobIds.join(',')} on it, which are deleted.`
      notes.push({ type: 'warning', text })
    }
    const recycleCount = row.recycleCount + 1
    return this.#catalog.media.update(name, { ...FRESH, status: 'Recycle', recycleCount })
  }

  async #create(need: VolumeNeed, pool: PoolRow, notes: Note[]): Promise<VolumeRow | undefined> {
    const { labelFormat } = pool
    const nowMs = this.#clock.nowMs()
    const volume = await this.#catalog.media.createNext(
      {
        poolId: pool.poolId,
        mediaType: need.mediaType,
        status: 'Unlabeled',
        storageId: need.storageId,
      },
      (counter, volumeCount) =>
        volumeNameFrom(labelFormat, counter, {
          ...need.label,
          nowMs,
          volumeCount,
          pool: pool.name,
          mediaType: need.mediaType,
        }),
    )
    if (volume !== undefined) {
      notes.push({ type: 'info', text: `Created new Volume "${volume.name}" in catalog.` })
    } else if (!hasCounter(labelFormat)) {
      const text = `Label Format "${labelFormat}" gives a name that another Volume has.`
      notes.push({ type: 'warning', text })
    }
    return volume
  }

  #promise(volume: string, jobId: number): void {
    if (this.#counted.get(jobId)?.has(volume) === true) return
    const jobs = this.#promised.get(volume) ?? new Set<number>()
    this.#promised.set(volume, jobs.add(jobId))
  }

  /** True the first time that the Job is counted on the Volume. */
  #count(jobId: number, volume: string): boolean {
    this.#promised.get(volume)?.delete(jobId)
    const counted = this.#counted.get(jobId) ?? new Set<string>()
    if (counted.has(volume)) return false
    this.#counted.set(jobId, counted.add(volume))
    return true
  }

  async #expire(row: VolumeRow): Promise<Note[]> {
    if (row.status !== 'Append') return []
    const expiry = findExpiry(row, this.#clock.nowMs())
    if (expiry === undefined) return []
    await this.#catalog.media.update(row.name, { status: expiry.status })
    return [{ type: 'info', text: expiry.text }]
  }
}

function whyNone(reason: string, kept: string): string {
  return kept === '' ? reason : `${reason}; ${kept}`
}

function changeFrom(known: VolumeRow, reported: Volume, isNewJob: boolean): VolumeChange {
  return {
    status: statusAfterReport(known.status, reported.status),
    bytes: reported.bytes,
    files: reported.files,
    blocks: reported.blocks,
    mounts: reported.mounts,
    errors: reported.errors,
    writes: reported.writes,
    endFile: reported.endFile,
    endBlock: reported.endBlock,
    jobs: known.jobs + (isNewJob ? 1 : 0),
    ...(reported.labelMs > 0 ? { labelMs: reported.labelMs } : {}),
    ...(reported.firstWrittenMs > 0 ? { firstWrittenMs: reported.firstWrittenMs } : {}),
    ...(reported.lastWrittenMs > 0 ? { lastWrittenMs: reported.lastWrittenMs } : {}),
  }
}

/** A Volume's row in the words of the wire. */
export function volumeMessage(row: VolumeRow): Volume {
  return {
    name: row.name,
    status: row.status,
    mediaType: row.mediaType,
    pool: row.pool,
    poolType: row.poolType,
    bytes: row.bytes,
    maxBytes: row.maxBytes,
    maxJobs: row.maxJobs,
    maxFiles: row.maxFiles,
    jobs: row.jobs,
    files: row.files,
    blocks: row.blocks,
    useDurationSeconds: row.useDurationSeconds,
    slot: row.slot,
    recycle: row.recycle,
    firstWrittenMs: row.firstWrittenMs ?? 0,
    lastWrittenMs: row.lastWrittenMs ?? 0,
    mounts: row.mounts,
    errors: row.errors,
    writes: row.writes,
    labelled: row.labelMs !== undefined && row.status !== 'Unlabeled',
    labelMs: row.labelMs ?? 0,
    endFile: row.endFile,
    endBlock: row.endBlock,
  }
}
