// Gets a Volume to write to: asks the Director, opens what it offers, reports what was wrong and asks again.
import { CofferError, Interruption } from '@coffer/core'
import type { Volume } from '@coffer/wire'
import type { AppendResult, AppendVolume, Device } from '../device/device.ts'
import type { SessionKey } from '../volume/block.ts'
import type { BackupControl } from './backup-control.ts'
import type { Speaker } from './messages.ts'
import { offerFrom, volumeReport } from './volume-report.ts'

/** So many offers in a row may be unusable before a Job gives up. */
const MAX_REFUSALS = 50

export interface VolumeSupplyOptions {
  readonly control: BackupControl
  readonly device: Device
  readonly mediaType: string
  readonly pool: string
  readonly session: SessionKey
  readonly speaker: Speaker
  /** Rejects when the session ends: nobody waits for a Volume any more. */
  readonly stop: Promise<never>
}

export class VolumeSupply {
  readonly #options: VolumeSupplyOptions
  readonly #stop: Interruption

  constructor(options: VolumeSupplyOptions) {
    this.#options = options
    this.#stop = new Interruption(options.stop)
  }

  /**
   * The Volume is known to the Catalog, its new label too: `commitLabel` sees to that. Throws `volume-unavailable` when
   * there is none, and what is wrong with the Device.
   */
  async next(commitLabel: (volume: AppendVolume) => Promise<void>): Promise<AppendVolume> {
    const { device, session } = this.#options
    const unusable: string[] = []
    while (unusable.length < MAX_REFUSALS) {
      const offered = await this.#ask(unusable)
      const result = await this.#open(device.openForAppend({ volume: offerFrom(offered), session }))
      if (result.kind === 'open') {
        await this.#introduce(result, commitLabel)
        return result.volume
      }
      unusable.push(offered.name)
      await this.#reportRefusal(offered, result)
    }
    throw new CofferError(
      'volume-unavailable',
      `none of the last ${MAX_REFUSALS} Volumes that were offered could be used`,
    )
  }

  /** A drive may be waited for; who does not wait any longer lets go of what comes late. */
  async #open(opening: Promise<AppendResult>): Promise<AppendResult> {
    try {
      return await this.#stop.race(opening)
    } catch (error) {
      void opening.then(
        (late) => (late.kind === 'open' ? late.volume.release() : undefined),
        () => undefined,
      )
      throw error
    }
  }

  async #introduce(
    { volume, notes }: Extract<AppendResult, { kind: 'open' }>,
    commitLabel: (volume: AppendVolume) => Promise<void>,
  ): Promise<void> {
    const { speaker, control } = this.#options
    try {
      for (const note of notes) speaker.say('info', note)
      const report = { volume: volumeReport(volume), createdLabel: volume.isFresh }
      await control.send({ event: 'volume', volume: report })
      if (volume.isFresh) await commitLabel(volume)
    } catch (error) {
      await volume.release()
      throw error
    }
  }

  async #ask(unusable: readonly string[]): Promise<Volume> {
    const { control, device, mediaType, pool, speaker } = this.#options
    const mounted = device.status().writing.find((one) => one.pool === pool)?.volume ?? ''
    const need = {
      device: device.name,
      mediaType,
      pool,
      mounted: unusable.includes(mounted) ? '' : mounted,
      unusable,
    }
    let answer = await this.#stop.race(control.askVolume(need))
    while (answer.volume === null) {
      const reason = answer.reason === '' ? 'the Director has none' : answer.reason
      if (!answer.wait) {
        throw new CofferError('volume-unavailable', `no Volume of Pool "${pool}": ${reason}`)
      }
      speaker.say('mount', `Waiting for a Volume of Pool "${pool}": ${reason}`)
      answer = await this.#stop.race(control.askVolume())
    }
    return answer.volume
  }

  async #reportRefusal(
    offered: Volume,
    refusal: { readonly text: string; readonly isFaulty: boolean },
  ): Promise<void> {
    const { control, device, speaker } = this.#options
    const where = `"${device.name}" (${device.archiveDevice})`
    const text = `Volume "${offered.name}" on device ${where} cannot be written: ${refusal.text}.`
    if (!refusal.isFaulty) {
      speaker.say('info', text)
      return
    }
    speaker.say('warning', `${text} Marking Volume "${offered.name}" in Error in Catalog.`)
    const { name, bytes, jobs, blocks, mounts, writes } = offered
    await control.send({
      event: 'volume',
      volume: {
        volume: {
          name,
          bytes,
          jobs,
          blocks,
          mounts,
          writes,
          firstWrittenMs: offered.firstWrittenMs,
          lastWrittenMs: offered.lastWrittenMs,
          labelMs: offered.labelMs,
          status: 'Error',
          errors: offered.errors + 1,
        },
        reason: refusal.text,
      },
    })
  }
}
