import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from './line-splitter.ts'

function split(chunks: readonly Uint8Array[], maxLineBytes = 1000): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter(maxLineBytes, (line) => lines.push(line))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return lines
}

describe('LineSplitter', () => {
  it('does not care how the bytes are cut', () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((text) => text.replace(/[\r\n]/g, ''))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(7)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
        const chunks: Buffer[] = []
        let at = 0
        for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)))
        expect(split([...chunks, bytes.subarray(at)])).toEqual(lines)
      }),
    )
  })

  it('takes CR LF, empty lines and a last line without an end', () => {
    expect(split([Buffer.from('a\r\n\nb')])).toEqual(['a', '', 'b'])
    expect(split([])).toEqual([])
  })

  it('cuts what is too long and shows what is no UTF-8', () => {
    expect(split([Buffer.from('abcdefg\nhi')], 3)).toEqual(['abc', 'def', 'g', 'hi'])
    expect(split([Buffer.from([0xff, 0x0a])])).toEqual(['\ufffd'])
  })

  it('holds no more than one line of a stream without lines', () => {
    const lines: string[] = []
    const splitter = new LineSplitter(10, (line) => lines.push(line))
    for (let i = 0; i < 100; i++) splitter.push(Buffer.alloc(7, 'x'))
    splitter.end()
    expect(lines.join('')).toBe('x'.repeat(700))
    expect(Math.max(...lines.map((line) => line.length))).toBe(10)
  })
})
