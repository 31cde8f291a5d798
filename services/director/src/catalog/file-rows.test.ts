import { expect, test } from 'vitest'
import { FileRows } from './file-rows.ts'

const row = {
  fileIndex: 7,
  pathId: 9,
  deltaSeq: 1,
  name: Buffer.from('a\xff', 'latin1'),
  lstat: 'P4A',
  digest: '0',
}

test("a row is PostgreSQL's binary form of it", () => {
  const rows = new FileRows(5, 1024)
  rows.append(row)
  expect(rows.count).toBe(1)
  expect(rows.finish().toString('hex')).toBe(
    [
      '5047434f50590aff0d0a00',
      '0000000000000000',
      '0007',
      '0000000400000005',
      '0000000400000007',
      '0000000400000009',
      '000000020001',
      '0000000261ff',
      '00000003503441',
      '0000000130',
      'ffff',
    ].join(''),
  )
})

test('the buffer grows for what does not fit, and starts anew', () => {
  const rows = new FileRows(5, 32)
  const name = Buffer.alloc(100_000, 0x61)
  rows.append({ ...row, name, deltaSeq: 99_999 })
  rows.append(row)
  const whole = rows.finish()
  expect(whole.includes(name)).toBe(true)
  expect(whole.readInt16BE(whole.length - 2)).toBe(-1)
  expect(rows.usedBytes).toBeGreaterThan(100_000)
  rows.clear()
  expect(rows.count).toBe(0)
  expect(rows.finish().length).toBe(21)
})
