import { CofferError } from '@coffer/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MessageCodec, type Method, methodsOf } from './codec.ts'
import { MAX_CONTROL_MESSAGE_BYTES, MAX_DATA_MESSAGE_BYTES } from './limits.ts'

function method(service: string, name: string): Method {
  const found = methodsOf(service).find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no method ${service}.${name}`)
  return found
}

const ALL = ['Auth', 'Console', 'FileDaemon', 'StorageDaemon', 'StorageData'].flatMap((service) =>
  methodsOf(service).flatMap(({ name, request, response }): [string, MessageCodec][] => [
    [`${service}.${name} request`, request],
    [`${service}.${name} response`, response],
  ]),
)

describe('a codec', () => {
  it.each(ALL)('meets garbage with a CofferError at worst: %s', (_name, codec) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          codec.decode(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(CofferError)
          expect(error).toHaveProperty('code', 'protocol-violation')
        }
      }),
      { numRuns: 200 },
    )
  })

  it('yields every field of a message, numbers as numbers', () => {
    const { response } = method('StorageDaemon', 'backupSession')
    const commit = { number: 7, jobMedia: [{ volume: 'Full-0001', lastIndex: 3 }], bytes: 2 ** 40 }
    expect(response.decode(response.encode({ event: 'commit', commit }).bytes)).toMatchObject({
      event: 'commit',
      commit: {
        number: 7,
        bytes: 2 ** 40,
        files: 0,
        volumes: [],
        jobMedia: [{ volume: 'Full-0001', firstIndex: 0, lastIndex: 3, bytes: 0 }],
      },
    })
  })

  it('keeps paths as bytes', () => {
    const { request } = method('FileDaemon', 'backup')
    const path = Buffer.from([0x2f, 0xff, 0x0a])
    const start = { fileset: { includes: [{ files: [path] }] } }
    expect(request.decode(request.encode({ command: 'start', start }).bytes)).toMatchObject({
      start: { job: null, fileset: { includes: [{ files: [path], options: [] }] } },
    })
  })

  it('refuses a message of a set that holds none of its members', () => {
    const { request } = method('StorageDaemon', 'backupSession')
    expect(() => request.decode(Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    )
  })

  it('refuses what is beyond the limit, in both directions', () => {
    const tooLarge = expect.objectContaining({ code: 'message-too-large' })
    const { response } = method('StorageDaemon', 'backupSession')
    const records = Buffer.alloc(MAX_CONTROL_MESSAGE_BYTES)
    expect(() => response.encode({ event: 'attributes', attributes: { records } })).toThrow(
      tooLarge,
    )
    expect(() => response.decode(Buffer.alloc(MAX_CONTROL_MESSAGE_BYTES + 1))).toThrow(tooLarge)
    const data = method('StorageData', 'append').request
    expect(() => data.encode(Buffer.alloc(MAX_DATA_MESSAGE_BYTES))).toThrow(tooLarge)
    expect(data.encode(Buffer.alloc(MAX_DATA_MESSAGE_BYTES - 8)).bytes.length).toBeGreaterThan(0)
  })
})
