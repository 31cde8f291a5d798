import { CofferError } from '@coffer/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealBlock } from './block.ts'
import { decodeLabelBlock, encodeLabelBlock } from './label-block.ts'
import {
  decodeEndOfSession,
  decodeSessionLabel,
  decodeVolumeLabel,
  encodeEndOfSession,
  encodeSessionLabel,
  encodeVolumeLabel,
} from './label.ts'

const name = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((word) => !word.includes('\0'))
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const micros = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const family = fc.constantFrom('bareos' as const, 'bacula' as const)
const version = fc.integer({ min: 11, max: 40 })
const letter = fc.constantFrom('B', 'F', 'I', 'D', 'T', 'f', 'R')

const volumeLabel = fc.record({
  family,
  version,
  labelMicros: micros,
  writeMicros: micros,
  volumeName: name,
  previousVolumeName: name,
  poolName: name,
  poolType: name,
  mediaType: name,
  hostName: name,
  labelProgram: name,
  programVersion: name,
  programDate: name,
})
const sessionLabel = fc.record({
  family,
  version,
  jobId: uint32,
  writeMicros: micros,
  poolName: name,
  poolType: name,
  jobName: name,
  clientName: name,
  job: name,
  fileSetName: name,
  jobType: letter,
  jobLevel: letter,
  fileSetMd5: name,
})
const totals = fc.record({
  files: uint32,
  bytes: micros,
  startBlock: uint32,
  endBlock: uint32,
  startFile: uint32,
  endFile: uint32,
  errors: uint32,
  jobStatus: letter,
})

describe('labels', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(volumeLabel, sessionLabel, totals, (volume, session, sums) => {
        expect(decodeVolumeLabel(encodeVolumeLabel(volume))).toEqual(volume)
        expect(decodeSessionLabel(encodeSessionLabel(session))).toEqual(session)
        const end = { ...session, totals: sums }
        expect(decodeEndOfSession(encodeEndOfSession(end))).toEqual(end)
      }),
    )
  })

  it('refuse other bytes with their own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), volumeLabel, fc.nat(), (noise, label, cut) => {
        const whole = encodeVolumeLabel(label)
        for (const bytes of [Buffer.from(noise), whole.subarray(0, cut % whole.length)]) {
          for (const decode of [decodeVolumeLabel, decodeSessionLabel, decodeEndOfSession]) {
            try {
              decode(bytes)
            } catch (error) {
              expect((error as CofferError).code).toBe('volume-label-invalid')
            }
          }
        }
        expect(() => decodeVolumeLabel(whole.subarray(0, cut % whole.length))).toThrow(CofferError)
      }),
    )
  })

  it('refuse a version of before', () => {
    const old = encodeVolumeLabel({ ...fc.sample(volumeLabel, 1)[0]!, version: 10 })
    expect(() => decodeVolumeLabel(old)).toThrow('too old')
  })
})

describe('label block', () => {
  const session = { sessionId: 3, sessionTime: 4 }

  it('holds the label of the Volume and nothing else', () => {
    fc.assert(
      fc.property(volumeLabel, fc.uint8Array({ maxLength: 30 }), (label, behind) => {
        const block = encodeLabelBlock(label, session)
        expect(decodeLabelBlock(Buffer.concat([block, behind]))).toEqual({
          label,
          sizeBytes: block.length,
        })
      }),
    )
  })

  it('is no label block when damaged, cut, or of another kind', () => {
    const block = encodeLabelBlock(fc.sample(volumeLabel, 1)[0]!, session)
    expect(decodeLabelBlock(block.subarray(0, -1))).toBeUndefined()
    expect(decodeLabelBlock(Buffer.alloc(0))).toBeUndefined()
    const damaged = Buffer.from(block)
    damaged[50] = damaged[50]! ^ 1
    expect(decodeLabelBlock(damaged)).toBeUndefined()
    const other = Buffer.from(block)
    other.writeInt32BE(7, 24)
    sealBlock(other, { ...session, number: 0 })
    expect(decodeLabelBlock(other)).toBeUndefined()
  })
})
