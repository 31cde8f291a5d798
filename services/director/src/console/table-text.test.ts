import { expect, test } from 'vitest'
import { bareLongText, type Column, longText, type Row, tableText } from './table-text.ts'

const text = (name: string): Column => ({ name, kind: 'text' })
const number = (name: string): Column => ({ name, kind: 'number' })

const JOBS = [
  number('jobid'),
  text('name'),
  text('client'),
  text('starttime'),
  text('duration'),
  text('type'),
  text('level'),
  number('jobfiles'),
  number('jobbytes'),
  text('jobstatus'),
]

test('a table as Bareos prints it', () => {
  const rows: Row[] = [
    [1, 'etc', 'host-fd', '2026-11-21 02:00:30', '00:00:04', 'B', 'F', 5, '4294967296', 'T'],
    [3, 'usr-full', 'host-fd', '2026-11-21 02:01:50', '00:00:08', 'B', 'F', 202041, 615132497, 'T'],
  ]
  expect(tableText(JOBS, rows)).toBe(
    `
+-------+----------+---------+---------------------+----------+------+-------+----------+---------------+-----------+
| jobid | name     | client  | starttime           | duration | type | level | jobfiles | jobbytes      | jobstatus |
+-------+----------+---------+---------------------+----------+------+-------+----------+---------------+-----------+
|     1 | etc      | host-fd | 2026-11-21 02:00:30 | 00:00:04 | B    | F     |        5 | 4,294,967,296 | T         |
|     3 | usr-full | host-fd | 2026-11-21 02:01:50 | 00:00:08 | B    | F     |  202,041 |   615,132,497 | T         |
+-------+----------+---------+---------------------+----------+------+-------+----------+---------------+-----------+
`.slice(1),
  )
})

test('nothing stands for null, and characters count once', () => {
  expect(
    tableText(
      [text('name'), number('slot')],
      [
        ['größe', null],
        [null, 1000],
      ],
    ),
  ).toBe(
    `
+-------+-------+
| name  | slot  |
+-------+-------+
| größe |       |
|       | 1,000 |
+-------+-------+
`.slice(1),
  )
})

test('a long cell is whole, its border is not', () => {
  const cell = `${'x'.repeat(60)}\n${'y'.repeat(60)}`
  const [border, heading, , first] = tableText(
    [number('id'), text('filesettext')],
    [[1, cell]],
  ).split('\n')
  expect(border).toBe(`+----+${'-'.repeat(100)}+`)
  expect(heading).toBe(`| id | ${'filesettext'.padEnd(100)} |`)
  expect(first).toBe(`|  1 | ${'x'.repeat(60)}`)
})

test('the long form sets its names at the right', () => {
  expect(
    longText([number('jobid'), text('job'), number('jobtdate')], [4, 'etc.2026', 1795226710]),
  ).toBe('    jobid: 4\n      job: etc.2026\n jobtdate: 1,795,226,710\n\n')
})

test('the bare long form sets nothing off', () => {
  expect(bareLongText([number('poolid'), number('volretention')], [3, 31536000])).toBe(
    'poolid: 3\nvolretention: 31536000\n',
  )
})
