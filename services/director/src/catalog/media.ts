// Rows of the table media, which are the Volumes.
import type { VolStatus } from '../pool/volume-state.ts'

export interface VolumeRow {
  readonly mediaId: number
  readonly name: string
  readonly poolId: number
  readonly pool: string
  readonly poolType: string
  readonly status: VolStatus
  readonly mediaType: string
  /** 0 no, 1 yes, 2 archived. */
  readonly enabledNumber: number
  readonly enabled: boolean
  readonly recycle: boolean
  readonly actionOnPurge: number
  readonly slot: number
  readonly inChanger: boolean
  readonly storageId: number
  readonly storage: string
  readonly deviceId: number
  readonly bytes: number
  readonly jobs: number
  readonly files: number
  readonly blocks: number
  readonly mounts: number
  readonly errors: number
  readonly writes: number
  readonly capacityBytes: number
  readonly maxBytes: number
  readonly maxJobs: number
  readonly maxFiles: number
  readonly useDurationSeconds: number
  readonly retentionSeconds: number
  readonly firstWrittenMs: number | undefined
  readonly lastWrittenMs: number | undefined
  readonly labelMs: number | undefined
  readonly initialWriteMs: number | undefined
  readonly endFile: number
  readonly endBlock: number
  readonly recycleCount: number
  readonly minimumBlockSize: number
  readonly maximumBlockSize: number
  readonly scratchPoolId: number
  readonly recyclePoolId: number
  readonly comment: string
}

/** A Volume to be inserted; what is not given comes from its Pool's row. */
export interface NewVolume {
  readonly name: string
  readonly poolId: number
  readonly mediaType: string
  /** `Append` when not given. */
  readonly status?: VolStatus
  readonly storageId?: number
  readonly slot?: number
  readonly inChanger?: boolean
  readonly bytes?: number
  readonly labelMs?: number
}

/** Only what is given is written. `undefined` times are written as "never" with null. */
export interface VolumeChange {
  readonly status?: VolStatus
  /** Moving to another Pool keeps the Volume's own limits. */
  readonly poolId?: number
  readonly enabledNumber?: number
  readonly recycle?: boolean
  readonly actionOnPurge?: number
  readonly slot?: number
  readonly inChanger?: boolean
  readonly storageId?: number
  readonly bytes?: number
  readonly jobs?: number
  readonly files?: number
  readonly blocks?: number
  readonly mounts?: number
  readonly errors?: number
  readonly writes?: number
  readonly capacityBytes?: number
  readonly maxBytes?: number
  readonly maxJobs?: number
  readonly maxFiles?: number
  readonly useDurationSeconds?: number
  readonly retentionSeconds?: number
  readonly firstWrittenMs?: number | null
  readonly lastWrittenMs?: number | null
  readonly labelMs?: number | null
  readonly endFile?: number
  readonly endBlock?: number
  readonly recycleCount?: number
  readonly scratchPoolId?: number
  readonly recyclePoolId?: number
  readonly mediaType?: string
  readonly comment?: string
}

export interface VolumeFilter {
  readonly poolId?: number
  readonly pool?: string
  readonly mediaType?: string
  readonly statuses?: readonly VolStatus[]
  readonly storageId?: number
  readonly jobId?: number
  readonly enabledOnly?: boolean
}

export interface MediaCatalog {
  /** Throws `volume-exists` when the name is taken. */
  create(volume: NewVolume): Promise<VolumeRow>
  /**
   * Creates a Volume with a counted name: `nameFor` gets the counter (highest MediaId + 1, then upwards until the name
   * is free; always called within one transaction that locks the Pool). Undefined when the Pool has reached its
   * Maximum Volumes, or when the name is taken and another counter gives the same name.
   */
  createNext(
    volume: Omit<NewVolume, 'name'>,
    nameFor: (counter: number, volumesInPool: number) => string,
  ): Promise<VolumeRow | undefined>
  find(name: string): Promise<VolumeRow | undefined>
  findById(mediaId: number): Promise<VolumeRow | undefined>
  /** By MediaId. */
  list(filter: VolumeFilter): Promise<VolumeRow[]>
  /** Returns the row as it now is, undefined when there is no such Volume. */
  update(name: string, change: VolumeChange): Promise<VolumeRow | undefined>
  /** Copies the limits, retention, Recycle and pools of its Pool's row into the Volume ("from pool"). */
  updateFromPool(name: string): Promise<VolumeRow | undefined>
  /** All Volumes of the Pool; returns how many. */
  updateAllFromPool(poolId: number): Promise<number>
  /** JobIds with data on the Volume. */
  jobIds(mediaId: number): Promise<number[]>
}
