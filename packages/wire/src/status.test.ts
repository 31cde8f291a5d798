import { CofferError } from '@coffer/core'
import { Metadata, status as Status } from '@grpc/grpc-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { remoteError, statusOf, transportError } from './status.ts'

describe('an error on the wire', () => {
  it('arrives with its code and any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 1000 }), (text) => {
        const arrived = remoteError(statusOf(new CofferError('peer-busy', text)))
        expect(arrived?.code).toBe('peer-busy')
        expect(arrived?.message).toBe(text)
      }),
    )
  })

  it('takes its status from the table', () => {
    expect(statusOf(new CofferError('call-forbidden', 'no')).code).toBe(Status.PERMISSION_DENIED)
  })

  it('is cut to what trailers hold', () => {
    const arrived = remoteError(statusOf(new CofferError('peer-busy', 'ä'.repeat(100_000))))
    expect(arrived?.message.length).toBeLessThan(3000)
    expect(arrived?.message.endsWith(' …')).toBe(true)
    expect(remoteError(statusOf(new CofferError('peer-busy', '\ud800')))?.message).toBe('\ufffd')
  })

  it('that is a defect says nothing of its text, its cause and its stack', () => {
    const status = statusOf(new CofferError('internal-bug', 'password=geheim', { cause: 'geheim' }))
    const all = JSON.stringify([status.details, status.metadata.toHttp2Headers()])
    const text = remoteError(status)?.message ?? ''
    expect(all + text).not.toContain('geheim')
    expect(all).not.toContain('status.test')
  })

  it('that this version does not know keeps text and hint', () => {
    const metadata = new Metadata()
    metadata.set('coffer-code', 'tape-on-fire')
    metadata.set('coffer-text-bin', Buffer.from('the tape "T1" burns'))
    metadata.set('coffer-hint-bin', Buffer.from('Fetch water.'))
    const error = remoteError({ code: Status.INTERNAL, details: '', metadata })
    expect(error?.code).toBe('peer-failed')
    expect(error?.message).toBe('the tape "T1" burns (tape-on-fire): Fetch water.')
  })
})

describe('a failure of the transport', () => {
  const peer = { name: 'storage daemon "File"', address: 'sd:9103' }
  it.each([
    [Status.UNAVAILABLE, 'peer-lost'],
    [Status.INTERNAL, 'peer-lost'],
    [Status.CANCELLED, 'call-canceled'],
    [Status.DEADLINE_EXCEEDED, 'call-timeout'],
    [Status.UNIMPLEMENTED, 'call-unsupported'],
    [Status.RESOURCE_EXHAUSTED, 'message-too-large'],
  ])('with status %i is %s and names the peer', (code, expected) => {
    const error = transportError({ code, details: 'Connection dropped' }, peer)
    expect(error.code).toBe(expected)
    expect(error.message).toContain('storage daemon "File"')
  })
})
