// What the sessions of a storage daemon need of a Device, whatever it is made of.
import type { ErrorCode } from '@coffer/core'
import type { SessionKey } from '../volume/block.ts'
import type { LabelFamily, VolumeLabel } from '../volume/label.ts'
import type { OfferedVolume } from './append-decision.ts'
import type { AppendedBlock } from './volume-appender.ts'
import type { ReadSource } from './volume-file.ts'

/** A place to read Volumes from. */
export interface ReadDevice {
  readonly name: string
  /** Directory, or device file, as configured. */
  readonly archiveDevice: string
  /** Throws `volume-missing`, `volume-label-invalid` or `volume-mismatch` when it is not a readable Volume. */
  openForReading(volumeName: string): Promise<OpenVolume>
}

export interface Device extends ReadDevice {
  readonly mediaType: string
  /** Size of the blocks that are written, header included. */
  readonly blockBytes: number
  /** Whether blocks get a checksum. */
  readonly hasChecksums: boolean
  /** Whose tools are to read the Volumes that it labels. */
  readonly family: LabelFamily
  /** The most Jobs that may write at the same time; 0: any number. */
  readonly maxWriters: number
  readonly accessMode: 'readonly' | 'writeonly' | 'readwrite'
  /** Whether it may be chosen when its Autochanger is asked for. */
  readonly isAutoSelected: boolean
  /**
   * Makes a Volume ready for writing. Several sessions may have the same Volume: each calls `release` once. Throws for
   * faults of the Device itself; what is wrong with the Volume comes back as a refusal.
   */
  openForAppend(request: AppendRequest): Promise<AppendResult>
  /**
   * Writes a label onto a new Volume, or onto one that is to be relabelled, and returns the size of the Volume.
   * Throws when the Volume holds data of another name, or is in use.
   */
  label(request: LabelVolumeRequest): Promise<number>
  status(): DeviceState
}

export interface VolumeOffer extends OfferedVolume {
  /** Where the Catalog has it in an autochanger; 0: nowhere. */
  readonly slot: number
  readonly pool: string
  readonly poolType: string
  /** 0: no limit. */
  readonly maxBytes: number
  readonly blocks: number
  readonly jobs: number
  readonly mounts: number
  readonly errors: number
  readonly writes: number
  readonly firstWrittenMs: number
}

export interface AppendRequest {
  readonly volume: VolumeOffer
  /** The session that labels the Volume, should it need a label. */
  readonly session: SessionKey
  /** Called when the Volume that was opened has been let go. */
  readonly onRelease?: () => void
}

export type AppendResult =
  | { readonly kind: 'open'; readonly volume: AppendVolume; readonly notes: readonly string[] }
  | {
      readonly kind: 'refused'
      readonly text: string
      readonly code: ErrorCode
      readonly isFaulty: boolean
    }

/** One session's hold on a Volume that is open for writing, perhaps with others. */
export interface AppendVolume {
  readonly name: string
  readonly family: LabelFamily
  readonly facts: Readonly<VolumeFacts>
  /** Where the next block will stand. */
  readonly endBytes: number
  /** End of what a crash cannot take. */
  readonly durableBytes: number
  /** The largest block that it takes now; when that is hardly any, the largest that an empty one of its size takes. */
  readonly blockLimitBytes: number
  /** Whether its label was written by this opening: the Catalog has to know before any data follow. */
  readonly isFresh: boolean
  /** Whether a block of that size still goes onto it. */
  hasRoom(sizeBytes: number): boolean
  /** `block` must not be changed until `written` has settled. */
  append(block: Buffer): AppendedBlock
  /** Makes everything durable that was written before. */
  sync(): Promise<void>
  /** Nothing more will be written to it, by anyone. */
  retire(status: 'Full' | 'Error'): void
  /** Waits for writes under way and lets go of it. */
  release(): Promise<void>
}

/** What the Catalog keeps of a Volume and its writer knows better. Times in milliseconds. */
export interface VolumeFacts {
  status: 'Append' | 'Full' | 'Error'
  jobs: number
  blocks: number
  mounts: number
  errors: number
  writes: number
  firstWrittenMs: number
  lastWrittenMs: number
  labelMs: number
}

/** A Volume that is open for reading. */
export interface OpenVolume {
  readonly name: string
  readonly label: VolumeLabel
  readonly source: ReadSource
  /** End of its whole blocks when it was opened. */
  readonly endBytes: number
  close(): Promise<void>
}

export interface LabelVolumeRequest {
  readonly volumeName: string
  /** The name in its present label, for a relabel; empty for a new Volume. */
  readonly oldVolumeName: string
  /** Of an autochanger, for a medium without a barcode; 0 for none. */
  readonly slot: number
  readonly pool: string
  readonly poolType: string
  readonly session: SessionKey
}

export interface DeviceState {
  /** Volumes that are open for writing, with the number of their writers. */
  readonly writing: readonly {
    readonly volume: string
    readonly pool: string
    readonly writers: number
    readonly endBytes: number
    readonly blocks: number
  }[]
  /** Volumes that are being read, with the number of their readers. */
  readonly reading: readonly { readonly volume: string; readonly readers: number }[]
}
