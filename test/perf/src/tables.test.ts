// Results as text, on a terminal and in the page.
import { describe, expect, it } from 'vitest'
import { rowLines } from './lines.ts'
import { pageTable, withTable } from './page.ts'
import type { RowResult } from './results.ts'
import { screenHead, screenRow } from './screen.ts'

const PEAKS = { director: 130e6, storage: 250.4e6, filed: 99e6 }

const ROW: RowResult = {
  name: 'small',
  title: 'Full',
  size: '202,001 entries, 0.87 GB',
  notes: [],
  contenders: [
    {
      name: 'Coffer XXH128',
      runs: [
        { seconds: 4, cpuSeconds: 7, peakBytes: PEAKS },
        { seconds: 4.2, cpuSeconds: 7.4, peakBytes: { ...PEAKS, filed: 101e6 } },
      ],
    },
    {
      name: 'Bacula MD5',
      goalRatio: 0.4,
      runs: [
        { seconds: 12, cpuSeconds: 14 },
        { seconds: 120, cpuSeconds: 14 },
      ],
    },
    { name: 'restic', runs: [], failure: 'failed' },
  ],
}

describe('rowLines', () => {
  it('says how a row came out', () => {
    const { lines, verdict } = rowLines(ROW)
    expect(verdict).toBe('ok')
    expect(lines).toEqual([
      {
        name: 'Coffer XXH128',
        seconds: '4.10',
        cpu: '7.20',
        memory: '130/250/101',
        ratio: '',
        goal: '',
      },
      {
        name: 'Bacula MD5',
        seconds: '66.0 ±',
        cpu: '14.0',
        memory: '',
        ratio: '0.18',
        goal: '≤ 0.4',
      },
      { name: 'restic', seconds: 'failed', cpu: '', memory: '', ratio: '', goal: '' },
    ])
  })

  it('holds goals of time, too', () => {
    const [ours] = ROW.contenders
    const row = { ...ROW, contenders: ours === undefined ? [] : [ours] }
    expect(rowLines({ ...row, goalSeconds: 4 }).verdict).toBe('missed')
    expect(rowLines({ ...row, goalSeconds: 4.1 }).verdict).toBe('ok')
    expect(rowLines(row).verdict).toBeUndefined()
  })
})

it('the screen has 80 columns', () => {
  const text = `${screenHead()}\n${screenRow(ROW)}`
  expect(text).toContain('small: Full, 202,001 entries, 0.87 GB: ok')
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
})

describe('the page', () => {
  const table = pageTable({
    date: '2026-11-21T12:00:00.000Z',
    machine: ['2 × A', '4 GiB'],
    versions: { Coffer: '0.1.0', Bacula: '9.6.7' },
    rounds: 2,
    rows: [{ ...ROW, notes: ['as counted'] }],
  })

  it('has one line for each contender', () => {
    expect(table.split('\n')).toEqual([
      'Measured 2026-11-21, medians of 2 runs in turn, on',
      '2 × A, 4 GiB; Coffer 0.1.0, Bacula 9.6.7.',
      '',
      '| work | who | seconds | CPU seconds | peak MB | ratio | goal | |',
      '|---|---|---|---|---|---|---|---|',
      '| **small**: Full, 202,001 entries, 0.87 GB | Coffer XXH128 | 4.10 | 7.20 | 130/250/101 |  |  | ok |',
      '|  | Bacula MD5 | 66.0 ± | 14.0 |  | 0.18 | ≤ 0.4 |  |',
      '|  | restic | failed |  |  |  |  |  |',
      '',
      '- small: as counted',
    ])
  })

  it('takes a new table in the place of the old one', () => {
    const begin = '<!-- bench: written by npm run bench -- --update-docs -->'
    const end = '<!-- bench: end -->'
    const page = withTable(`# A\n${begin}\nold\n${end}\nrest\n`, 'new')
    expect(page).toBe(`# A\n${begin}\nnew\n${end}\nrest\n`)
    expect(withTable(page, 'new')).toBe(page)
    expect(() => withTable('# A\n', 'new')).toThrow('the page lacks')
  })
})
