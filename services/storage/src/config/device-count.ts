// A Device with a Count stands for that many devices and an autochanger of its name.
import { didYouMean, type ReadContext } from '@coffer/core'
import { type AutochangerResource, type DeviceResource } from './device-resources.ts'

export interface DeviceSet {
  readonly devices: ReadonlyMap<string, DeviceResource>
  readonly autochangers: ReadonlyMap<string, AutochangerResource>
}

/**
 * Puts `Name0000` to `NameN` in the place of a Device with Count = N > 1, and an autochanger `Name` over those
 * of them that are in no other autochanger. The first is left for those who ask for it by name (Auto Select = no).
 */
export function multiplyDevices(
  devices: ReadonlyMap<string, DeviceResource>,
  autochangers: ReadonlyMap<string, AutochangerResource>,
  context: ReadContext,
): DeviceSet {
  const single = new Map<string, DeviceResource>()
  const changers = new Map(autochangers)
  for (const device of devices.values()) {
    if (device.count === 1) {
      single.set(device.name, device)
      continue
    }
    const copies = Array.from({ length: device.count + 1 }, (_, i) => copyOf(device, i))
    for (const copy of copies) single.set(copy.name, copy)
    if (changers.has(device.name)) {
      context.fault(
        device.source,
        `Autochanger "${device.name}" has the name of a Device with a Count`,
      )
    }
    const used = new Set([...autochangers.values()].flatMap((changer) => changer.device))
    const free = copies.filter((copy) => !used.has(copy.name))
    changers.set(device.name, changerOf(device, free))
  }
  checkChangers(changers, single, context)
  return { devices: single, autochangers: changers }
}

function checkChangers(
  changers: ReadonlyMap<string, AutochangerResource>,
  devices: ReadonlyMap<string, DeviceResource>,
  context: ReadContext,
): void {
  for (const changer of changers.values()) {
    for (const name of changer.device) {
      if (devices.has(name)) continue
      const hint = didYouMean(name, devices.keys())
      const message = `Autochanger "${changer.name}" refers to the Device "${name}", which is not defined`
      context.fault(changer.source, message, hint)
    }
  }
}

function copyOf(device: DeviceResource, index: number): DeviceResource {
  return {
    ...device,
    name: `${device.name}${String(index).padStart(4, '0')}`,
    count: 1,
    autoChanger: true,
    autoSelect: index > 0 && device.autoSelect,
    driveIndex: index,
  }
}

function changerOf(device: DeviceResource, copies: readonly DeviceResource[]): AutochangerResource {
  return {
    resourceType: 'Autochanger',
    source: device.source,
    name: device.name,
    description: device.description,
    device: copies.map((copy) => copy.name),
    changerDevice: undefined,
    changerCommand: undefined,
  }
}
