import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConsoleConfig } from './load.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'console-config-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

async function load(text: string) {
  await writeFile(join(root, 'bconsole.conf'), text)
  return loadConsoleConfig(root, {})
}

test('a bconsole.conf has Directors and named consoles', async () => {
  const { config, faults } = await load(`
    Director { Name = dir; DIRport = 9201; address = backup.example.org; Password = "secret" }
    Console { Name = ops; Password = "[md5]5EBE2294ecd0e0f08eab7690d2a6ee69"; Director = dir }`)
  expect(faults).toEqual([])
  const director = config?.directors.get('dir')
  expect(director).toMatchObject({ port: 9201, address: 'backup.example.org' })
  expect(config?.consoles.get('ops')?.password.reveal()).toBe(director?.password?.reveal())
})

test('without a Director there is nothing to connect to', async () => {
  const { config, faults } = await load('Console { Name = ops; Password = x }')
  expect(config).toBeUndefined()
  expect(faults.map((fault) => fault.message)).toEqual(['a Director resource is missing'])
})

test('the certificate of the Director may be checked in the words of the newest Bareos', async () => {
  const words = ['yes', 'Required', 'no', 'Disabled', 'IfCertificatePresented']
  const values: (boolean | undefined)[] = []
  for (const word of words) {
    const { config } = await load(`Director { Name = dir; address = a; TLS Verify Peer = ${word} }`)
    values.push(config?.directors.get('dir')?.tlsVerifyPeer)
  }
  expect(values).toEqual([true, true, false, false, false])
})
