// A drive of an autochanger, as sessions see it: every Volume is brought into a drive before it is opened.
import { CofferError } from '@coffer/core'
import type {
  AppendRequest,
  AppendResult,
  Device,
  DeviceState,
  LabelVolumeRequest,
  OpenVolume,
} from '../device/device.ts'
import type { FileDevice } from '../device/file-device.ts'
import type { Changer } from './changer.ts'

export class ChangerDevice implements Device {
  readonly changer: Changer
  readonly #device: FileDevice

  constructor(device: FileDevice, changer: Changer) {
    this.#device = device
    this.changer = changer
  }

  get name(): string {
    return this.#device.name
  }

  get mediaType(): string {
    return this.#device.mediaType
  }

  get archiveDevice(): string {
    return this.#device.archiveDevice
  }

  get blockBytes(): number {
    return this.#device.blockBytes
  }

  get hasChecksums(): boolean {
    return this.#device.hasChecksums
  }

  get family(): Device['family'] {
    return this.#device.family
  }

  get maxWriters(): number {
    return this.#device.maxWriters
  }

  get accessMode(): Device['accessMode'] {
    return this.#device.accessMode
  }

  get isAutoSelected(): boolean {
    return this.#device.isAutoSelected
  }

  /** "Slot 2 is loaded in drive 0." */
  get driveText(): string {
    return this.changer.driveText(this.#device)
  }

  async openForAppend(request: AppendRequest): Promise<AppendResult> {
    const { name, slot } = request.volume
    let lease
    try {
      lease = await this.changer.acquire(name, slot)
    } catch (error) {
      if (!(error instanceof CofferError) || error.code !== 'volume-missing') throw error
      return {
        kind: 'refused',
        text: 'it is not in the changer',
        code: error.code,
        isFaulty: false,
      }
    }
    const { device, release } = lease
    try {
      const result = await device.openForAppend({ ...request, onRelease: release })
      if (result.kind === 'refused') release()
      return result
    } catch (error) {
      release()
      throw error
    }
  }

  async openForReading(volumeName: string): Promise<OpenVolume> {
    const { device, release } = await this.changer.acquire(volumeName, 0)
    try {
      const opened = await device.openForReading(volumeName)
      const close = async (): Promise<void> => {
        await opened.close()
        release()
      }
      return { ...opened, close }
    } catch (error) {
      release()
      throw error
    }
  }

  async label(request: LabelVolumeRequest): Promise<number> {
    const wanted = request.oldVolumeName === '' ? request.volumeName : request.oldVolumeName
    const { device, release } = await this.changer.acquire(wanted, request.slot)
    try {
      return await device.label(request)
    } finally {
      release()
    }
  }

  status(): DeviceState {
    return this.#device.status()
  }
}
