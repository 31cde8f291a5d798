// A Device of type File: a directory that holds one file per Volume.
import { unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, CofferError } from '@coffer/core'
import { encodeLabelBlock } from '../volume/label-block.ts'
import { LABEL_FAMILIES, type LabelFamily, type VolumeLabel } from '../volume/label.ts'
import { checkVolumeName } from '../volume/volume-name.ts'
import { type AppendDecision, decideAppend } from './append-decision.ts'
import { SharedVolume } from './append-volume.ts'
import type {
  AppendRequest,
  AppendResult,
  AppendVolume,
  Device,
  DeviceState,
  LabelVolumeRequest,
  OpenVolume,
  VolumeFacts,
} from './device.ts'
import { checkLabelName, lookAt, readLabel, writeLabel } from './label-io.ts'
import type { OpenVolumes } from './open-volumes.ts'
import { findSoundEnd } from './sound-end.ts'
import { VolumeFile } from './volume-file.ts'

export interface FileDeviceOptions {
  readonly name: string
  readonly mediaType: string
  /** The directory. */
  readonly archiveDevice: string
  readonly blockBytes: number
  readonly hasChecksums: boolean
  readonly maxWriters: number
  readonly accessMode: Device['accessMode']
  readonly isAutoSelected: boolean
  /** Label Media. */
  readonly mayLabel: boolean
  /** Which family of labels new Volumes get. */
  readonly family: LabelFamily
}

/** What a label says of the program that writes it. */
interface LabelOrigin {
  readonly hostName: string
  readonly program: string
  readonly version: string
  readonly buildDate: string
}

export interface FileDeviceContext {
  readonly clock: Clock
  readonly openVolumes: OpenVolumes
  readonly origin: LabelOrigin
}

export class FileDevice implements Device {
  readonly name: string
  readonly mediaType: string
  readonly archiveDevice: string
  readonly blockBytes: number
  readonly hasChecksums: boolean
  readonly family: LabelFamily
  readonly maxWriters: number
  readonly accessMode: Device['accessMode']
  readonly isAutoSelected: boolean
  readonly #options: FileDeviceOptions
  readonly #context: FileDeviceContext

  constructor(options: FileDeviceOptions, context: FileDeviceContext) {
    this.name = options.name
    this.mediaType = options.mediaType
    this.archiveDevice = options.archiveDevice
    this.blockBytes = options.blockBytes
    this.hasChecksums = options.hasChecksums
    this.family = options.family
    this.maxWriters = options.maxWriters
    this.accessMode = options.accessMode
    this.isAutoSelected = options.isAutoSelected
    this.#options = options
    this.#context = context
  }

  async openForAppend(request: AppendRequest): Promise<AppendResult> {
    const path = this.#pathOf(request.volume.name)
    return this.#context.openVolumes.exclusively(path, () => this.#openForAppend(path, request))
  }

  async openForReading(volumeName: string): Promise<OpenVolume> {
    const path = this.#pathOf(volumeName)
    const file = await VolumeFile.openForReading(path)
    if (file === undefined) {
      throw new CofferError(
        'volume-missing',
        `Volume "${volumeName}" is not on ${this.#inWords()}: there is no file "${path}"`,
      )
    }
    try {
      const label = await readLabel(file)
      checkLabelName(label?.label, volumeName, path)
      return await this.#openVolume(file, label.label)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async label(request: LabelVolumeRequest): Promise<number> {
    const path = this.#pathOf(request.volumeName)
    return this.#context.openVolumes.exclusively(path, () => this.#labelUnused(path, request))
  }

  status(): DeviceState {
    const { openVolumes } = this.#context
    const directory = join(this.archiveDevice, '/')
    return {
      writing: openVolumes.listWriting(this.name).map((volume) => ({
        volume: volume.name,
        pool: volume.pool,
        writers: volume.writers,
        endBytes: volume.writtenBytes,
        blocks: volume.facts.blocks,
      })),
      reading: openVolumes
        .listReading()
        .filter(({ path }) => path.startsWith(directory))
        .map(({ path, readers }) => ({ volume: path.slice(directory.length), readers })),
    }
  }

  async #openForAppend(path: string, request: AppendRequest): Promise<AppendResult> {
    const { openVolumes } = this.#context
    const { volume } = request
    const open = openVolumes.findWriting(path)
    if (open !== undefined) {
      if (open.facts.status !== 'Append' || volume.status === 'Recycle') {
        return refusal(open.facts.status === 'Full' ? 'it has just been filled' : 'it is in use')
      }
      open.facts.jobs++
      const { onRelease } = request
      const hold = openVolumes.hold(path, open, { device: this.name, isFresh: false, onRelease })
      return { kind: 'open', volume: hold, notes: [readyText(hold)] }
    }
    const file = await VolumeFile.openForAppend(path)
    try {
      const decision = decideAppend(volume, file && (await lookAt(file)), this.#options.mayLabel)
      if (decision.action === 'refuse') {
        await file?.close()
        return { kind: 'refused', ...decision }
      }
      if (decision.action === 'label') {
        return await this.#labelForAppend(path, request, { file, reason: decision.reason })
      }
      return await this.#continueAppend(path, request, decision, file)
    } catch (error) {
      await file?.close()
      throw error
    }
  }

  async #labelForAppend(
    path: string,
    request: AppendRequest,
    found: { readonly file: VolumeFile | undefined; readonly reason: 'new' | 'recycle' },
  ): Promise<AppendResult> {
    const { volume, session } = request
    if (this.#context.openVolumes.readerCount(path) > 0) {
      await found.file?.close()
      return refusal('it is being read and may not be overwritten')
    }
    const file = found.file ?? (await VolumeFile.create(path))
    const label = this.#newLabel(volume.name, volume)
    const sizeBytes = await writeLabel(file, encodeLabelBlock(label, session))
    const nowMs = this.#context.clock.nowMs()
    const facts = { ...NEW_FACTS, blocks: 1, writes: 1, jobs: 1, mounts: 1, labelMs: nowMs }
    const text =
      found.reason === 'recycle'
        ? `Recycled volume "${volume.name}" on device ${this.#inWords()}, all previous data lost.`
        : `Labeled new Volume "${volume.name}" on device ${this.#inWords()}.`
    return this.#share(path, request, {
      file,
      family: label.family,
      labelBytes: sizeBytes,
      endBytes: sizeBytes,
      facts,
      isFresh: true,
      notes: [text],
    })
  }

  async #continueAppend(
    path: string,
    request: AppendRequest,
    decision: Extract<AppendDecision, { action: 'append' }>,
    file: VolumeFile | undefined,
  ): Promise<AppendResult> {
    const label = file === undefined ? undefined : await readLabel(file)
    if (file === undefined || label === undefined) {
      throw new CofferError('volume-missing', `the file "${path}" has gone away`)
    }
    const { volume } = request
    const end = decision.isLonger
      ? await this.#cutToSoundEnd(file, volume.name, decision.endBytes)
      : { endBytes: decision.endBytes, blocks: 0, notes: [] }
    return this.#share(path, request, {
      file,
      family: label.label.family,
      labelBytes: label.sizeBytes,
      endBytes: end.endBytes,
      facts: {
        status: 'Append',
        jobs: volume.jobs + 1,
        blocks: volume.blocks + end.blocks,
        mounts: volume.mounts + 1,
        errors: volume.errors,
        writes: volume.writes + end.blocks,
        firstWrittenMs: volume.firstWrittenMs,
        lastWrittenMs: 0,
        labelMs: Math.floor(label.label.labelMicros / 1000),
      },
      isFresh: false,
      notes: [...end.notes, `Moving to end of data on volume "${volume.name}"`],
    })
  }

  /** Everything behind the Catalog's size was written by a daemon that died: whole blocks stay, the torn rest goes. */
  async #cutToSoundEnd(
    file: VolumeFile,
    name: string,
    knownBytes: number,
  ): Promise<{ endBytes: number; blocks: number; notes: string[] }> {
    const sizeBytes = await file.sizeBytes()
    const { endBytes, blocks } = await findSoundEnd(file, knownBytes, sizeBytes)
    if (endBytes < sizeBytes) await file.truncate(endBytes)
    const kept = blocks === 0 ? 'no whole block follows' : `${blocks} whole blocks follow and stay`
    const cut =
      endBytes < sizeBytes ? `, ${sizeBytes - endBytes} bytes of a torn block are cut off` : ''
    return {
      endBytes,
      blocks,
      notes: [
        `Volume "${name}" has ${sizeBytes} bytes where the Catalog knows ${knownBytes}: a Job did not end; ${kept}${cut}`,
      ],
    }
  }

  #share(path: string, request: AppendRequest, opened: Opened): AppendResult {
    const { volume } = request
    const shared = new SharedVolume({
      ...opened,
      name: volume.name,
      pool: volume.pool,
      maxBytes: volume.maxBytes,
      clock: this.#context.clock,
    })
    const hold = this.#context.openVolumes.hold(path, shared, {
      device: this.name,
      isFresh: opened.isFresh,
      onRelease: request.onRelease,
    })
    return { kind: 'open', volume: hold, notes: [...opened.notes, readyText(hold)] }
  }

  /** A relabelled Volume gets a new file, durable before the old one goes. */
  async #labelUnused(path: string, request: LabelVolumeRequest): Promise<number> {
    const { volumeName, oldVolumeName } = request
    const oldPath = oldVolumeName === '' ? path : this.#pathOf(oldVolumeName)
    for (const one of [path, oldPath]) this.#checkUnused(one)
    if (oldPath !== path) await checkLabelled(oldPath, oldVolumeName)
    const found = await VolumeFile.openForAppend(path)
    const file = found ?? (await VolumeFile.create(path))
    try {
      await checkReplaceable(file, request)
      const block = encodeLabelBlock(this.#newLabel(volumeName, request), request.session)
      const written = await writeLabel(file, block)
      if (oldPath !== path) await unlink(oldPath)
      return written
    } finally {
      await file.close()
    }
  }

  #checkUnused(path: string): void {
    const { openVolumes } = this.#context
    if (openVolumes.findWriting(path) === undefined && openVolumes.readerCount(path) === 0) return
    throw new CofferError('volume-in-use', `"${path}" is being written or read`)
  }

  async #openVolume(file: VolumeFile, label: VolumeLabel): Promise<OpenVolume> {
    const { openVolumes } = this.#context
    const { path } = file
    const writing = openVolumes.findWriting(path)
    const endBytes = writing?.writtenBytes ?? (await file.sizeBytes())
    const stopReading = openVolumes.startReading(path)
    return {
      name: label.volumeName,
      label,
      source: file,
      endBytes,
      close: async () => {
        stopReading()
        await file.close()
      },
    }
  }

  #newLabel(
    volumeName: string,
    { pool, poolType }: { readonly pool: string; readonly poolType: string },
  ): VolumeLabel {
    const { clock, origin } = this.#context
    const { family } = this.#options
    const micros = clock.nowMs() * 1000
    return {
      family,
      version: LABEL_FAMILIES[family].version,
      labelMicros: micros,
      writeMicros: micros,
      volumeName,
      previousVolumeName: '',
      poolName: pool,
      poolType,
      mediaType: this.mediaType,
      hostName: origin.hostName,
      labelProgram: origin.program,
      programVersion: `Ver. ${origin.version}`,
      programDate: `Build ${origin.buildDate}`,
    }
  }

  /** Where a Volume's file is. The name is legal, so it cannot leave the directory. */
  #pathOf(volumeName: string): string {
    checkVolumeName(volumeName)
    return join(this.archiveDevice, volumeName)
  }

  #inWords(): string {
    return `"${this.name}" (${this.archiveDevice})`
  }
}

interface Opened {
  readonly file: VolumeFile
  readonly family: LabelFamily
  readonly labelBytes: number
  readonly endBytes: number
  readonly facts: VolumeFacts
  readonly isFresh: boolean
  readonly notes: readonly string[]
}

const NEW_FACTS: VolumeFacts = {
  status: 'Append',
  jobs: 0,
  blocks: 0,
  mounts: 0,
  errors: 0,
  writes: 0,
  firstWrittenMs: 0,
  lastWrittenMs: 0,
  labelMs: 0,
}

function readyText(volume: AppendVolume): string {
  return `Ready to append to end of Volume "${volume.name}" size=${volume.endBytes}`
}

function refusal(text: string): AppendResult {
  return { kind: 'refused', text, code: 'volume-in-use', isFaulty: false }
}

/** Throws when a file holds anything but the Volume that is to be relabelled. */
async function checkReplaceable(file: VolumeFile, request: LabelVolumeRequest): Promise<void> {
  const found = await lookAt(file)
  const name = found.label?.volumeName
  if (found.sizeBytes === 0) return
  if (name === request.volumeName && name === request.oldVolumeName) return
  const what = name === undefined ? 'data' : `Volume "${name}"`
  throw new CofferError('volume-unknown-data', `"${file.path}" already holds ${what}`)
}

/** Throws unless the file holds the Volume that it is said to. */
async function checkLabelled(path: string, volumeName: string): Promise<void> {
  const file = await VolumeFile.openForReading(path)
  if (file === undefined) {
    throw new CofferError('volume-missing', `there is no file "${path}"`)
  }
  try {
    checkLabelName((await readLabel(file))?.label, volumeName, path)
  } finally {
    await file.close()
  }
}
