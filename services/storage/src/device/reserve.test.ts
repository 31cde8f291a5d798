import { describe, expect, it } from 'vitest'
import type { Device } from './device.ts'
import { DeviceSlots, findDevices } from './reserve.ts'

type Given = Partial<Pick<Device, 'mediaType' | 'accessMode' | 'isAutoSelected' | 'maxWriters'>>

function device(name: string, given: Given = {}): Device {
  return {
    name,
    mediaType: 'File',
    archiveDevice: `/srv/${name}`,
    blockBytes: 65536,
    hasChecksums: true,
    family: 'bareos',
    maxWriters: 1,
    accessMode: 'readwrite',
    isAutoSelected: true,
    openForAppend: () => Promise.reject(new Error('not here')),
    openForReading: () => Promise.reject(new Error('not here')),
    label: () => Promise.reject(new Error('not here')),
    status: () => ({ writing: [], reading: [] }),
    ...given,
  }
}

function tableOf(devices: readonly Device[], autochangers: Record<string, readonly string[]> = {}) {
  return {
    devices: new Map(devices.map((one) => [one.name, one])),
    autochangers: new Map(Object.entries(autochangers)),
  }
}

const forever = new Promise<never>(() => undefined)

describe('findDevices', () => {
  const table = tableOf(
    [
      device('A0', { isAutoSelected: false }),
      device('A1'),
      device('A2', { accessMode: 'readonly' }),
      device('Tape', { mediaType: 'LTO' }),
    ],
    { A: ['A0', 'A1', 'A2'], Reserve: ['A0'] },
  )
  const names = (name: string, use: 'read' | 'write', mediaType = ''): readonly string[] =>
    findDevices(table, { name, mediaType, use }).map((one) => one.name)

  it('finds a Device by its name and the Devices of an Autochanger', () => {
    expect(names('A0', 'write')).toEqual(['A0'])
    expect(names('A', 'read')).toEqual(['A1', 'A2'])
    expect(names('A', 'write')).toEqual(['A1'])
    expect(names('Reserve', 'write')).toEqual(['A0'])
  })

  it.each([
    ['Nowhere', 'write', '', 'device-unknown'],
    ['Tape', 'write', 'File', 'device-media-type'],
    ['A2', 'write', '', 'device-denied'],
  ] as const)('says why "%s" cannot be had to %s', (name, use, mediaType, code) => {
    expect(() => names(name, use, mediaType)).toThrow(expect.objectContaining({ code }))
  })
})

describe('DeviceSlots', () => {
  it('gives places in turn', async () => {
    const slots = new DeviceSlots()
    const one = device('A')
    const give = await slots.take(one, forever, () => undefined)
    const order: string[] = []
    const take = async (name: string): Promise<() => void> => {
      const giveBack = await slots.take(one, forever, () => order.push(`${name} waits`))
      order.push(`${name} has it`)
      return giveBack
    }
    const second = take('second')
    const third = take('third')
    expect(slots.waitingCount(one)).toBe(2)
    give()
    give()
    const giveSecond = await second
    expect(slots.writerCount(one)).toBe(1)
    giveSecond()
    const giveThird = await third
    giveThird()
    expect(order).toEqual(['second waits', 'third waits', 'second has it', 'third has it'])
    expect(slots.writerCount(one)).toBe(0)
  })

  it('forgets who stops waiting', async () => {
    const slots = new DeviceSlots()
    const one = device('A')
    const give = await slots.take(one, forever, () => undefined)
    const stopped = slots.take(one, Promise.reject(new Error('stopped')), () => undefined)
    await expect(stopped).rejects.toThrow('stopped')
    expect(slots.waitingCount(one)).toBe(0)
    give()
    expect(slots.writerCount(one)).toBe(0)
  })

  it('has room for any number when there is no limit', async () => {
    const slots = new DeviceSlots()
    const one = device('A', { maxWriters: 0 })
    for (let n = 0; n < 5; n++) await slots.take(one, forever, () => expect.fail('waited'))
    expect(slots.writerCount(one)).toBe(5)
  })

  it('chooses the Device with the least to do', async () => {
    const slots = new DeviceSlots()
    const [a, b] = [device('A'), device('B')]
    expect(slots.choose([a, b])).toBe(a)
    await slots.take(a, forever, () => undefined)
    expect(slots.choose([a, b])).toBe(b)
  })
})
