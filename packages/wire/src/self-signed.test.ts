import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@coffer/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSelfSigned } from './self-signed.ts'

const YEAR_MS = 365 * 86_400_000
let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-tls-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function later(byMs: number): Clock {
  return { ...systemClock, nowMs: () => systemClock.nowMs() + byMs }
}

describe('a self-signed certificate', () => {
  it('is well-formed, signed by its own key and made out to the daemon', async () => {
    const { certificatePem, keyPem } = await makeSelfSigned(directory, 'bareos-sd')
    const certificate = new X509Certificate(certificatePem)
    expect(certificate.subject).toBe('CN=bareos-sd')
    expect(certificate.issuer).toBe('CN=bareos-sd')
    expect(certificate.ca).toBe(false)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    expect(Date.parse(certificate.validFrom)).toBeLessThan(systemClock.nowMs())
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(systemClock.nowMs() + 9 * YEAR_MS)
  })

  it('is kept, readable by its owner only', async () => {
    const first = await makeSelfSigned(directory, 'sd')
    expect(await readdir(directory)).toEqual(['sd.tls.pem'])
    expect((await stat(join(directory, 'sd.tls.pem'))).mode & 0o777).toBe(0o600)
    const second = await makeSelfSigned(directory, 'sd')
    expect(second.certificatePem).toBe(first.certificatePem)
    expect(second.keyPem).toBe(first.keyPem)
  })

  it.each([
    ['expired', (path: string) => chmod(path, 0o600), later(10 * YEAR_MS)],
    ['damaged', (path: string) => writeFile(path, 'x'), systemClock],
    ['readable by others', (path: string) => chmod(path, 0o640), systemClock],
    ['without its key', dropKey, systemClock],
  ])('is made anew when the old one is %s', async (_why, spoil, clock) => {
    const first = await makeSelfSigned(directory, 'sd')
    await spoil(join(directory, 'sd.tls.pem'))
    const second = await makeSelfSigned(directory, 'sd', clock)
    expect(second.certificatePem).not.toBe(first.certificatePem)
    expect((await stat(join(directory, 'sd.tls.pem'))).mode & 0o777).toBe(0o600)
  })

  it('has a name of bounded length and a file name without surprises', async () => {
    const { certificatePem } = await makeSelfSigned(directory, `../${'ü'.repeat(100)}`)
    expect(new X509Certificate(certificatePem).subject.length).toBeLessThan(300)
    expect((await readdir(directory))[0]).toMatch(/^\.\._+\.tls\.pem$/)
  })

  it('that cannot be kept is an error with words', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(makeSelfSigned(join(directory, 'file'), 'sd')).rejects.toMatchObject({
      code: 'tls-unusable',
    })
  })
})

async function dropKey(path: string): Promise<void> {
  const pem = await readFile(path, 'utf8')
  await writeFile(path, pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')))
}
