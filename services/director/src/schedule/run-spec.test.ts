import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatRunSpec, parseRunSpec, type RunSpec } from './run-spec.ts'

function spec(text: string): RunSpec {
  const parsed = parseRunSpec(text)
  if ('message' in parsed) throw new Error(parsed.message)
  return parsed
}

function faultOf(text: string): string | undefined {
  const parsed = parseRunSpec(text)
  return 'message' in parsed ? `${parsed.offset}: ${parsed.message}` : undefined
}

const list = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b)

describe('a Run line', () => {
  test('with nothing in it is due every full hour', () => {
    const every = spec('')
    expect(every.hours.size).toBe(24)
    expect(every.minute).toBe(0)
    expect([every.weekDays.size, every.monthDays.size, every.months.size]).toEqual([7, 31, 12])
    expect([every.weeksOfMonth.size, every.weeksOfYear.size, every.lastWeek]).toEqual([
      5,
      54,
      false,
    ])
  })

  test.each([
    ['sun at 2:05', [0]],
    ['monday at 23:00', [1]],
    ['mon-sat at 2:05', [1, 2, 3, 4, 5, 6]],
    ['fri-mon at 1:00', [0, 1, 5, 6]],
    ['mon,wed, fri at 1:00', [1, 3, 5]],
    ['tue thu at 1:00', [2, 4]],
    ['on Sunday-Tuesday at 1:00', [0, 1, 2]],
  ])('%s has these days of the week', (text, days) => {
    expect(list(spec(text).weekDays)).toEqual(days)
  })

  test.each([
    ['on 1 at 2:05', [1]],
    ['28-3 at 2:05', [1, 2, 3, 28, 29, 30, 31]],
    ['2-4,10 at 2:05', [2, 3, 4, 10]],
    ['1/2 at 1:00', [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31]],
    ['2/2 at 1:00', [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]],
    ['3/10 at 1:00', [3, 13, 23]],
  ])('%s has these days of the month', (text, days) => {
    expect(list(spec(text).monthDays)).toEqual(days)
  })

  test('has months, weeks of the month and of the year', () => {
    expect(list(spec('nov-feb at 1:00').months)).toEqual([1, 2, 11, 12])
    expect(list(spec('january,sept at 1:00').months)).toEqual([1, 9])
    expect(list(spec('2nd-5th sun at 1:00').weeksOfMonth)).toEqual([2, 3, 4, 5])
    expect(list(spec('first third fri at 1:00').weeksOfMonth)).toEqual([1, 3])
    expect(list(spec('w10-w12 w00 at 1:00').weeksOfYear)).toEqual([0, 10, 11, 12])
    expect(list(spec('w03/w05 mon at 1:00').weeksOfYear)).toEqual([
      3, 8, 13, 18, 23, 28, 33, 38, 43, 48, 53,
    ])
  })

  test('takes "last" as a week of its own', () => {
    const last = spec('last fri at 21:00')
    expect([last.lastWeek, last.weeksOfMonth.size]).toEqual([true, 0])
    const both = spec('1st last fri at 21:00')
    expect([both.lastWeek, list(both.weeksOfMonth)]).toEqual([true, [1]])
  })

  test.each([
    ['at 23:10', [23], 10],
    ['at 2:05', [2], 5],
    ['at 11:10pm', [23], 10],
    ['at 12:30am', [0], 30],
    ['at 12:00PM', [12], 0],
    ['at 9pm', [21], 0],
    ['daily at 1:00', [1], 0],
    ['weekly mon at 1:00', [1], 0],
  ])('%s has this time', (text, hours, minute) => {
    expect([list(spec(text).hours), spec(text).minute]).toEqual([hours, minute])
  })

  test('is due every hour when it is hourly', () => {
    const hourly = spec('hourly at 0:05')
    expect([hourly.hours.size, hourly.minute]).toEqual([24, 5])
  })

  test('changes the Job', () => {
    const text = `Level=Full Pool = "Monthly Pool" FullPool=F IncrementalPool=I DiffPool=D NextPool=N
      Storage=S Messages=M Priority=5 SpoolData=yes Accurate=no MaxRunSchedTime="8 h" 1st sat at 21:00`
    expect(spec(text).overrides).toEqual({
      level: 'F',
      pool: 'Monthly Pool',
      fullPool: 'F',
      incrementalPool: 'I',
      differentialPool: 'D',
      nextPool: 'N',
      storage: 'S',
      messages: 'M',
      priority: 5,
      spoolData: true,
      accurate: false,
      maxRunSchedTimeSeconds: 8 * 3600,
    })
    expect(spec('Full sun at 2:05').overrides).toEqual({ level: 'F' })
    expect(spec('Pool="=" at 1:00').overrides).toEqual({ pool: '=' })
  })

  test.each([
    ['Level=Full 1st sat 21:00', '19: "21:00" is no day, week, month, level or time'],
    ['sun at 25:00', '4: "25:00" is no time of day'],
    ['sun at 0:60', '4: "0:60" is no time of day'],
    ['sun at 0:30am', '4: "0:30am" is no time of day'],
    ['sun at', '4: "at" is followed by no time'],
    ['Level=Fool at 1:00', '0: "Level" cannot be "Fool"'],
    ['Level=', '0: "Level" has no value'],
    ['Client=x at 1:00', '0: "Client" cannot be set in a Run line'],
    ['mon-jan at 1:00', '0: "mon-jan" is no day, week, month, level or time'],
    ['32 at 1:00', '0: "32" is no day, week, month, level or time'],
    ['5/3 at 1:00', '0: "5/3" is no day, week, month, level or time'],
    ['mon/tue at 1:00', '0: "mon/tue" is no day, week, month, level or time'],
    ['w54 at 1:00', '0: "w54" is no day, week, month, level or time'],
    ['Priority=high', '0: "Priority" cannot be "high"'],
  ])('%s is refused', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })
})

const subset = (least: number, most: number) =>
  fc
    .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1 })
    .map((values) => new Set(values))

const anySpec: fc.Arbitrary<RunSpec> = fc
  .record({
    overrides: fc.record(
      {
        level: fc.constantFrom('F', 'I', 'D', 'f'),
        pool: fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
        priority: fc.nat(100),
        accurate: fc.boolean(),
        maxRunSchedTimeSeconds: fc.nat(100_000),
      },
      { requiredKeys: [] },
    ),
    minute: fc.integer({ min: 0, max: 59 }),
    hours: fc.oneof(
      fc.integer({ min: 0, max: 23 }).map((hour) => new Set([hour])),
      fc.constant(new Set(Array.from({ length: 24 }, (_, hour) => hour))),
    ),
    weekDays: subset(0, 6),
    monthDays: subset(1, 31),
    months: subset(1, 12),
    weeksOfMonth: subset(1, 5),
    lastWeek: fc.boolean(),
    weeksOfYear: subset(0, 53),
  })
  // "last" with every week of the month is written as "last" alone.
  .filter((each) => !(each.lastWeek && each.weeksOfMonth.size === 5))

describe('any Run line', () => {
  test('is read back as it was shown', () => {
    fc.assert(
      fc.property(anySpec, (each) => {
        expect(parseRunSpec(formatRunSpec(each))).toEqual(each)
      }),
    )
  })

  test('is shown as Bareos shows it', () => {
    const shown = [
      'Level=Full 1st sat at 21:00',
      'Level=Differential 2nd-5th sat at 21:00',
      'Level=Incremental mon-fri at 21:00',
      'hourly at 0:05',
      'last sun at 9:00',
    ].map((text) => formatRunSpec(spec(text)))
    expect(shown).toEqual([
      'Full 1st Sat at 21:00',
      'Differential 2nd-5th Sat at 21:00',
      'Incremental Mon-Fri at 21:00',
      'hourly at 00:05',
      'last Sun at 09:00',
    ])
  })

  test('of whatever text is read or refused', () => {
    const word = fc.constantFrom(
      'at',
      'mon',
      '1st',
      'last',
      '=',
      '"',
      ',',
      'Level',
      'w01/w02',
      '1:00',
      '-',
      '/',
      '31-1',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        const parsed = parseRunSpec(words.join(' '))
        expect('message' in parsed ? parsed.offset : parsed.minute).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
