import type { PeerCertificate } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { certificateSha256 } from './channel-binding.ts'
import { demandsCertificate, refuseClient, refuseServer } from './peer-certificate.ts'

const certificate = {
  subject: { CN: 'backup.example.org' },
  subjectaltname: 'DNS:backup.example.org, IP Address:192.0.2.5',
  raw: Buffer.from('certificate'),
} as unknown as PeerCertificate
const good = { certificate, authorized: true, problem: '' }
const stranger = { certificate, authorized: false, problem: 'self-signed certificate' }
const caPem = 'ca'
const own = { certificatePem: '', keyPem: '' }

describe('a server certificate', () => {
  it('may be anyone when nothing is demanded', () => {
    expect(refuseServer(stranger, {}, 'any')).toBeUndefined()
    expect(refuseServer(stranger, { caPem, verifyPeer: false }, 'any')).toBeUndefined()
  })

  it('must be signed by a configured authority', () => {
    expect(refuseServer(stranger, { caPem }, 'backup.example.org')).toBe('self-signed certificate')
    expect(refuseServer(good, { caPem }, 'backup.example.org')).toBeUndefined()
  })

  it('must be made out to the host that was dialled', () => {
    expect(refuseServer(good, { caPem }, '192.0.2.5')).toBeUndefined()
    expect(refuseServer(good, { caPem }, 'other.example.org')).toBe(
      'it is made out to "backup.example.org", not to "other.example.org"',
    )
  })

  it('is judged by its common name alone where some are allowed', () => {
    const tls = { caPem, allowedCns: ['backup.example.org'] }
    expect(refuseServer(good, tls, 'other.example.org')).toBeUndefined()
    expect(refuseServer(good, { caPem, allowedCns: ['x'] }, 'backup.example.org')).toBe(
      'its common name "backup.example.org" is not among the allowed ones',
    )
  })

  it('must be the announced one where one is announced', () => {
    const certificateSha = certificateSha256(certificate.raw)
    expect(refuseServer(stranger, { certificateSha256: certificateSha }, 'h')).toBeUndefined()
    expect(
      refuseServer(stranger, { certificateSha256: certificateSha.toUpperCase() }, 'h'),
    ).toBeUndefined()
    expect(refuseServer(stranger, { certificateSha256: 'ab' }, 'h')).toContain('announced')
  })
})

describe('a client certificate', () => {
  it('is demanded by an authority, a wish to verify or a list of names', () => {
    expect(refuseClient(stranger, own)).toBeUndefined()
    expect(refuseClient({ ...stranger, certificate: undefined }, { ...own, caPem })).toBe(
      'it shows none',
    )
    expect(refuseClient(stranger, { ...own, caPem })).toBe('self-signed certificate')
    expect(refuseClient(good, { ...own, caPem, allowedCns: ['x'] })).toContain('not among')
    expect(
      refuseClient(good, { ...own, caPem, allowedCns: ['backup.example.org'] }),
    ).toBeUndefined()
  })

  it('cannot be demanded without an authority', () => {
    const unusable = expect.objectContaining({ code: 'tls-unusable' })
    expect(() => demandsCertificate({ verifyPeer: true })).toThrow(unusable)
    expect(() => demandsCertificate({ allowedCns: ['x'] })).toThrow(unusable)
  })
})
