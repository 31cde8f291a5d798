import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serverEndPoint } from './channel-binding.ts'
import golden from './channel-binding.golden.json' with { type: 'json' }

// Certificates made, and their digests computed, by `openssl req -x509` and `openssl dgst`.
describe('serverEndPoint', () => {
  it.each(golden)('hashes a certificate signed with $signature as RFC 5929 says', (row) => {
    const certificate = Buffer.from(row.certificate, 'base64')
    expect(serverEndPoint(certificate).toString('hex')).toBe(row.binding)
  })

  it('hashes what is no certificate without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(serverEndPoint(bytes).length).toBeGreaterThan(0)
      }),
    )
  })
})
