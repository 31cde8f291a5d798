import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BootstrapEntry,
  bootstrapEntry,
  countNumbers,
  formatBootstrap,
  normaliseBootstrap,
  normaliseRanges,
  parseBootstrap,
  rangesHold,
  volumesOf,
} from './bootstrap.ts'
import { CofferError } from './errors.ts'

const SAMPLE = `Storage="File"
Volume="Full-0001"
MediaType="File"
VolSessionId=1
VolSessionTime=1755750000
VolAddr=210-123456
FileIndex=1-17
FileIndex=19
Count=18
`

const range = fc
  .tuple(fc.nat(1000), fc.nat(1000))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const ranges = fc.array(range, { maxLength: 4 })
const text = fc.string({ unit: 'grapheme', maxLength: 10 }).filter((word) => !word.includes('\r'))
const volume = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/)
const entry: fc.Arbitrary<BootstrapEntry> = fc
  .record(
    {
      volumes: fc.array(volume, { minLength: 1, maxLength: 3 }),
      storage: text,
      mediaType: text,
      device: text,
      slot: fc.nat(),
      clients: fc.array(text, { maxLength: 2 }),
      jobs: fc.array(text, { maxLength: 2 }),
      jobIds: ranges,
      sessionIds: ranges,
      sessionTimes: fc.array(fc.nat(), { maxLength: 2 }),
      volumeFiles: ranges,
      volumeBlocks: ranges,
      addresses: ranges,
      fileIndexes: ranges,
      streams: fc.array(fc.nat(), { maxLength: 2 }),
      fileRegex: text,
      count: fc.nat(),
    },
    { requiredKeys: ['volumes'] },
  )
  .map((given) => bootstrapEntry(given))

describe('bootstrap text', () => {
  it('reads what a Bareos administrator writes', () => {
    const [only] = parseBootstrap(SAMPLE).entries
    expect(only).toEqual(
      bootstrapEntry({
        storage: 'File',
        volumes: ['Full-0001'],
        mediaType: 'File',
        sessionIds: [{ from: 1, to: 1 }],
        sessionTimes: [1755750000],
        addresses: [{ from: 210, to: 123456 }],
        fileIndexes: [
          { from: 1, to: 17 },
          { from: 19, to: 19 },
        ],
        count: 18,
      }),
    )
    expect(formatBootstrap(parseBootstrap(SAMPLE))).toBe(SAMPLE)
  })

  it('takes comments, statements on one line, any case and lists', () => {
    const { entries } = parseBootstrap(
      '# by hand\nvolume = A|B ; volsessionid = 1,3-4 # two jobs\n  Vol Session Time=7\nVolume="C"',
    )
    expect(volumesOf({ entries })).toEqual(['A', 'B', 'C'])
    expect(entries[0]?.sessionIds).toEqual([
      { from: 1, to: 1 },
      { from: 3, to: 4 },
    ])
    expect(entries[0]?.sessionTimes).toEqual([7])
  })

  it('reads back whatever it writes', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
        expect(parseBootstrap(formatBootstrap({ entries }))).toEqual({ entries })
      }),
    )
  })

  it('refuses anything else with the number of the line', () => {
    expect(() => parseBootstrap('Volume=A\nFileIndex=9-3')).toThrow('bootstrap line 2')
    expect(() => parseBootstrap('FileIndex=3')).toThrow('Volume is missing')
    expect(() => parseBootstrap('Volume=A\nColour=3')).toThrow('unknown keyword "Colour"')
    expect(() => parseBootstrap('Volume="A')).toThrow(CofferError)
    fc.assert(
      fc.property(fc.string(), (garbage) => {
        try {
          parseBootstrap(garbage)
        } catch (error) {
          expect((error as CofferError).code).toBe('bootstrap-invalid')
        }
      }),
    )
  })
})

describe('normal form', () => {
  it('holds exactly the numbers that were asked for', () => {
    fc.assert(
      fc.property(ranges, fc.nat(1000), (given, value) => {
        fc.pre(given.length > 0)
        const normal = normaliseRanges(given)
        const isHeld = given.some(({ from, to }) => value >= from && value <= to)
        expect(rangesHold(normal, value)).toBe(isHeld)
        const all = Array.from({ length: 1001 }, (_, n) => n).filter((n) => rangesHold(normal, n))
        expect(countNumbers(normal)).toBe(all.length)
      }),
    )
  })

  it('joins neighbouring parts of one session on one Volume', () => {
    const one = { volumes: ['A'], sessionIds: [{ from: 1, to: 1 }], sessionTimes: [5] }
    const a = bootstrapEntry({ ...one, fileIndexes: [{ from: 1, to: 2 }], count: 2 })
    const b = bootstrapEntry({ ...one, fileIndexes: [{ from: 3, to: 3 }], count: 1 })
    const other = bootstrapEntry({ ...one, volumes: ['B'], fileIndexes: [{ from: 4, to: 4 }] })
    expect(normaliseBootstrap({ entries: [a, b, other] }).entries).toEqual([
      { ...a, fileIndexes: [{ from: 1, to: 3 }], count: 3 },
      other,
    ])
  })

  it('keeps sessions apart', () => {
    const a = bootstrapEntry({ volumes: ['A'], sessionIds: [{ from: 1, to: 1 }] })
    const b = bootstrapEntry({ volumes: ['A'], sessionIds: [{ from: 2, to: 2 }] })
    expect(normaliseBootstrap({ entries: [a, b] }).entries).toHaveLength(2)
  })
})
