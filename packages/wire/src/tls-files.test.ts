import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readClientTls, readServerTls, type TlsDirectives } from './tls-files.ts'

const none: TlsDirectives = {
  tlsCertificate: undefined,
  tlsKey: undefined,
  tlsCaCertificateFile: undefined,
  tlsVerifyPeer: false,
  tlsAllowedCn: [],
}
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tls-files-'))
  for (const name of ['cert', 'key', 'ca']) await writeFile(join(directory, name), `${name} pem`)
})
afterAll(() => rm(directory, { recursive: true }))

const selfSigned = async () => ({ certificatePem: 'own', keyPem: 'own key' })

test('without directives a server signs for itself and a client shows nothing', async () => {
  expect(await readServerTls(none, selfSigned)).toMatchObject({
    certificatePem: 'own',
    keyPem: 'own key',
    verifyPeer: false,
  })
  expect(await readClientTls(none)).toMatchObject({ certificatePem: undefined, caPem: undefined })
})

test('files are read', async () => {
  const directives = {
    ...none,
    tlsCertificate: join(directory, 'cert'),
    tlsKey: join(directory, 'key'),
    tlsCaCertificateFile: join(directory, 'ca'),
    tlsAllowedCn: ['a'],
  }
  const expected = {
    certificatePem: 'cert pem',
    keyPem: 'key pem',
    caPem: 'ca pem',
    verifyPeer: true,
    allowedCns: ['a'],
  }
  expect(await readServerTls(directives, selfSigned)).toEqual(expected)
  expect(await readClientTls(directives)).toEqual(expected)
})

test('what is missing is named', async () => {
  await expect(readClientTls({ ...none, tlsKey: join(directory, 'key') })).rejects.toMatchObject({
    code: 'tls-unusable',
    message: 'TLS Key is set, but TLS Certificate is not',
  })
  const tlsCaCertificateFile = join(directory, 'nosuch')
  await expect(readClientTls({ ...none, tlsCaCertificateFile })).rejects.toThrow(
    `cannot read "${tlsCaCertificateFile}"`,
  )
})
