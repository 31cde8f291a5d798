// The Devices of a configuration.
import { type Clock, CofferError, PRODUCT } from '@coffer/core'
import { runCommand } from '@coffer/daemon'
import type { AutochangerResource, DeviceResource } from '../config/device-resources.ts'
import { DEFAULT_BLOCK_BYTES, MAX_BLOCK_BYTES, MIN_BLOCK_BYTES } from '../volume/block.ts'
import { Changer, type ChangerOptions } from '../changer/changer.ts'
import { ChangerDevice } from '../changer/changer-device.ts'
import type { Device } from './device.ts'
import { FileDevice } from './file-device.ts'
import { OpenVolumes } from './open-volumes.ts'
import type { DeviceTable } from './reserve.ts'

export interface DeviceTableOptions {
  readonly devices: ReadonlyMap<string, DeviceResource>
  readonly autochangers: ReadonlyMap<string, AutochangerResource>
  readonly clock: Clock
  /** Name of this daemon and of its host, for labels. */
  readonly daemon: string
  readonly hostName: string
  /** Runs Changer Commands. */
  readonly run?: ChangerOptions['run']
}

/** Throws `device-unsupported` for a Device Type that nothing here drives. */
export function makeDeviceTable(options: DeviceTableOptions): DeviceTable {
  const openVolumes = new OpenVolumes()
  const origin = {
    hostName: options.hostName,
    program: options.daemon,
    version: `${PRODUCT.version} ${PRODUCT.longDate}`,
    buildDate: PRODUCT.longDate,
  }
  const context = { clock: options.clock, openVolumes, origin }
  const files = new Map(
    [...options.devices].map(([name, resource]) => [name, makeFileDevice(resource, context)]),
  )
  const autochangers = [...options.autochangers].map(
    ([name, { device }]) => [name, device] as const,
  )
  const devices = new Map<string, Device>(files)
  const changers = new Map<string, Changer>()
  for (const autochanger of options.autochangers.values()) {
    const changer = makeChanger(autochanger, files, options)
    if (changer === undefined) continue
    changers.set(autochanger.name, changer)
    for (const name of autochanger.device) {
      const device = files.get(name)
      if (device !== undefined) devices.set(name, new ChangerDevice(device, changer))
    }
  }
  return { devices, autochangers: new Map(autochangers), changers }
}

/** Undefined for one without a Changer Command: its Devices are places beside each other, with nothing to move. */
function makeChanger(
  autochanger: AutochangerResource,
  files: ReadonlyMap<string, FileDevice>,
  { devices, run = runCommand }: DeviceTableOptions,
): Changer | undefined {
  const members = autochanger.device.flatMap((name) => {
    const resource = devices.get(name)
    const device = files.get(name)
    return resource === undefined || device === undefined ? [] : [{ resource, device }]
  })
  const [first] = members
  const command = autochanger.changerCommand ?? first?.resource.changerCommand ?? ''
  if (first === undefined || command.trim() === '') return undefined
  return new Changer({
    name: autochanger.name,
    command,
    changerDevice: autochanger.changerDevice ?? first.resource.changerDevice ?? '',
    drives: members.map(({ resource, device }) => ({ device, index: resource.driveIndex })),
    waitMs: first.resource.maximumChangerWait * 1000,
    run,
  })
}

function makeFileDevice(
  resource: DeviceResource,
  context: ConstructorParameters<typeof FileDevice>[1],
): FileDevice {
  if (resource.deviceType !== 'file') {
    throw new CofferError(
      'device-unsupported',
      `Device "${resource.name}" has Device Type "${resource.deviceType}"`,
    )
  }
  return new FileDevice(
    {
      name: resource.name,
      mediaType: resource.mediaType,
      archiveDevice: resource.archiveDevice,
      blockBytes: blockBytes(resource),
      hasChecksums: resource.blockChecksum,
      maxWriters: resource.maximumConcurrentJobs,
      accessMode: resource.accessMode,
      isAutoSelected: resource.autoSelect,
      mayLabel: resource.labelMedia,
      family: resource.volumeLabel,
    },
    context,
  )
}

/** Bacula's tools expect blocks of 64,512 bytes and call larger ones an error before they read them. */
const BACULA_BLOCK_BYTES = 64_512

function blockBytes({ maximumBlockSize, volumeLabel }: DeviceResource): number {
  if (maximumBlockSize === 0) {
    return volumeLabel === 'bacula' ? BACULA_BLOCK_BYTES : DEFAULT_BLOCK_BYTES
  }
  return Math.min(Math.max(maximumBlockSize, MIN_BLOCK_BYTES), MAX_BLOCK_BYTES)
}
