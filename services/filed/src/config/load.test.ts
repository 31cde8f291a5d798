import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listenAddresses } from '@coffer/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadFiledConfig } from './load.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'filed-config-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

async function load(text: string) {
  await writeFile(join(root, 'filed.conf'), text)
  return loadFiledConfig(root, { HOME: '/root' })
}

const DIRECTOR = 'Director { Name = dir; Password = "secret" }\n'

test.each(['Client', 'FileDaemon'])('the daemon is a %s resource', async (word) => {
  const { config, faults } = await load(
    `${word} { Name = fd; FD Address = 127.0.0.1; Working Directory = ~/x }\n${DIRECTOR}`,
  )
  expect(faults).toEqual([])
  expect(config?.client).toMatchObject({ name: 'fd', workingDirectory: '/root/x' })
  expect(config && listenAddresses(config.client)).toEqual([{ host: '127.0.0.1', port: 9102 }])
  expect(config?.directors.get('dir')?.password.reveal()).toBe('5ebe2294ecd0e0f08eab7690d2a6ee69')
})

test('there is exactly one of it', async () => {
  const two = await load(`Client { Name = a }\nFileDaemon { Name = b }\n${DIRECTOR}`)
  expect(two.faults.map((fault) => fault.message)).toEqual([
    'there must be one Client resource only',
  ])
  const none = await load(DIRECTOR)
  expect(none.faults.map((fault) => fault.message)).toEqual(['a Client resource is missing'])
})

test('a Messages resource that is named must exist', async () => {
  const { faults } = await load(
    `Client { Name = a; Messages = Std }\nMessages { Name = Standard; director = dir = all }\n${DIRECTOR}`,
  )
  expect(faults.map((fault) => fault.message)).toEqual([
    '"Messages" of Client "a" refers to the Messages "Std", which is not defined',
  ])
})
