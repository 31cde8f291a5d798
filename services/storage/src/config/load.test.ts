import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadResult } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadStorageConfig, type StorageConfig } from './load.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'storage-config-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

const BASE = 'Storage { Name = sd }\nDirector { Name = dir; Password = secret }\n'
const DEVICE = 'Media Type = File; Archive Device = /srv/volumes; Label Media = yes'

async function load(text: string): Promise<LoadResult<StorageConfig>> {
  await writeFile(join(root, 'bareos-sd.conf'), BASE + text)
  return loadStorageConfig(root, {})
}

async function messagesOf(text: string): Promise<string[]> {
  return (await load(text)).faults.map((fault) => fault.message)
}

describe('a Device', () => {
  test('has the defaults of Bareos but for label and concurrency', async () => {
    const { config, faults } = await load(`Device { Name = Dev; ${DEVICE} }`)
    expect(faults).toEqual([])
    expect(config?.devices.get('Dev')).toMatchObject({
      deviceType: 'file',
      archiveDevice: '/srv/volumes',
      volumeLabel: 'bareos',
      labelMedia: true,
      maximumBlockSize: 1_048_576,
      maximumConcurrentJobs: 0,
      autoSelect: true,
    })
    expect(config?.storage).toMatchObject({ port: 9103, name: 'sd' })
    expect(config?.directors.get('dir')?.password.reveal()).toBe('5ebe2294ecd0e0f08eab7690d2a6ee69')
  })

  test('may be labelled for Bacula', async () => {
    const { config } = await load(`Device { Name = Dev; ${DEVICE}; Volume Label = Bacula }`)
    expect(config?.devices.get('Dev')?.volumeLabel).toBe('bacula')
  })

  test('with a Count becomes as many and one, under an autochanger of its name', async () => {
    const { config, faults } = await load(
      `Device { Name = Dev; ${DEVICE}; Count = 3; Maximum Concurrent Jobs = 2 }`,
    )
    expect(faults).toEqual([])
    const devices = [...(config?.devices.values() ?? [])]
    expect(devices.map((device) => [device.name, device.autoSelect, device.driveIndex])).toEqual([
      ['Dev0000', false, 0],
      ['Dev0001', true, 1],
      ['Dev0002', true, 2],
      ['Dev0003', true, 3],
    ])
    expect(
      devices.every((device) => device.maximumConcurrentJobs === 2 && device.count === 1),
    ).toBe(true)
    expect(config?.autochangers.get('Dev')?.device).toEqual([
      'Dev0000',
      'Dev0001',
      'Dev0002',
      'Dev0003',
    ])
  })

  test('with a Count is left to the autochanger that names its copies', async () => {
    const { config, faults } = await load(`Device { Name = Dev; ${DEVICE}; Count = 2 }
      Autochanger { Name = Changer; Device = Dev0001, Dev0002 }`)
    expect(faults).toEqual([])
    expect(config?.autochangers.get('Changer')?.device).toEqual(['Dev0001', 'Dev0002'])
    expect(config?.autochangers.get('Dev')?.device).toEqual(['Dev0000'])
  })
})

describe('an Autochanger', () => {
  test('must name devices that exist', async () => {
    expect(
      await messagesOf(
        `Device { Name = Dev; ${DEVICE} }\nAutochanger { Name = A; Device = Dev, Dew }`,
      ),
    ).toEqual(['Autochanger "A" refers to the Device "Dew", which is not defined'])
  })

  test('must not have the name of a Device with a Count', async () => {
    expect(
      await messagesOf(
        `Device { Name = Dev; ${DEVICE}; Count = 2 }\nAutochanger { Name = Dev; Device = Dev0001 }`,
      ),
    ).toEqual(['Autochanger "Dev" has the name of a Device with a Count'])
  })
})

test('there is one Storage resource', async () => {
  expect(await messagesOf('Storage { Name = other }')).toEqual([
    'there must be one Storage resource only',
  ])
})
