import { expect, test } from 'vitest'
import { endedJobsText, resourceNameOf, suffixText } from './status-text.ts'

test('ended Jobs as Bareos lists them', () => {
  const endMs = new Date(2026, 10, 21, 2, 6).getTime()
  const job = { type: 'B', level: 'F', status: 'T', files: 29, bytes: 3496008, endMs }
  expect(
    endedJobsText(
      [
        { ...job, jobId: 20, name: 'chain' },
        { ...job, jobId: 24, name: 'chain', level: 'I', files: 5, bytes: 18 },
        { ...job, jobId: 29, name: 'RestoreFiles', type: 'R', level: ' ', files: 4, bytes: 150018 },
        { ...job, jobId: 30, name: 'md5', status: 'f', files: 1234567, bytes: 0 },
      ],
      68,
    ),
  ).toBe(
    [
      ' JobId  Level    Files      Bytes   Status   Finished        Name ',
      '='.repeat(68),
      '    20  Full         29    3.496 M  OK       21-Nov-26 02:06 chain',
      '    24  Incr          5        18   OK       21-Nov-26 02:06 chain',
      '    29                4    150.0 K  OK       21-Nov-26 02:06 RestoreFiles',
      '    30  Full   1,234,567         0   Error    21-Nov-26 02:06 md5',
      '',
    ].join('\n'),
  )
})

test('numbers keep four digits', () => {
  expect([0, 999, 1000, 12345, 612640, 4294967296].map(suffixText)).toEqual([
    '0 ',
    '999 ',
    '1.000 K',
    '12.34 K',
    '612.6 K',
    '4.294 G',
  ])
})

test('a unique name leads to its resource', () => {
  expect(resourceNameOf('a.b-c.2026-11-21_02.09.17_07')).toBe('a.b-c')
  expect(resourceNameOf('odd')).toBe('odd')
})
