// The examples of docs/volume-format.md, decoded by the tables beside them and by the code.
import { readFileSync } from 'node:fs'
import { decodeAttributes, recordsOf } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import { isBlockSound, readBlockHeader } from './block.ts'
import { decodeLabelBlock } from './label-block.ts'
import { decodeEndOfSession, decodeSessionLabel } from './label.ts'
import { RecordJoiner } from './record-joiner.ts'

const DOC = readFileSync(new URL('../../../../docs/volume-format.md', import.meta.url), 'utf8')

const examples = new Map(
  [...DOC.matchAll(/^```hex (\S+)\n([0-9a-f\s]+)```$/gm)].map(([, name = '', hex = '']) => [
    name,
    Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'),
  ]),
)

interface Row {
  readonly offset: number | undefined
  readonly type: string
  readonly meaning: string
  readonly example: string
}

interface Layout {
  readonly name: string
  readonly bytes: Buffer
  readonly rows: readonly Row[]
}

const layouts: readonly Layout[] = [
  ...DOC.matchAll(/<!-- layout: (\S+) of (\S+) at (\d+) -->\n\n((?:\|.*\n)+)/g),
].map(([, name = '', example = '', at = '', table = '']) => ({
  name,
  bytes: exampleOf(example).subarray(Number(at)),
  rows: table
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => {
      const [offset = '', type = '', meaning = '', value = ''] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
      return { offset: offset === '' ? undefined : Number(offset), type, meaning, example: value }
    }),
}))

function exampleOf(name: string): Buffer {
  const bytes = examples.get(name)
  if (bytes === undefined) throw new Error(`no example "${name}"`)
  return bytes
}

/** The value of that type at `at`, as the tables write it, and where the next one is. */
function readValue(bytes: Buffer, at: number, type: string): { text: string; end: number } {
  switch (type) {
    case 'uint32':
      return { text: String(bytes.readUInt32BE(at)), end: at + 4 }
    case 'int32':
      return { text: String(bytes.readInt32BE(at)), end: at + 4 }
    case 'int64':
      return { text: String(bytes.readBigInt64BE(at)), end: at + 8 }
    case 'float64':
      return { text: String(bytes.readDoubleBE(at)), end: at + 8 }
    case 'char[4]':
      return { text: bytes.toString('latin1', at, at + 4), end: at + 4 }
    case 'text': {
      const end = bytes.indexOf(0, at)
      return { text: bytes.toString('utf8', at, end).replace('\n', '\\n'), end: end + 1 }
    }
    default:
      throw new Error(`unknown type "${type}"`)
  }
}

describe('docs/volume-format.md', () => {
  it.each(layouts)('describes its example: $name', ({ bytes, rows }) => {
    let at = 0
    for (const { offset, type, meaning, example } of rows) {
      if (offset !== undefined) expect([meaning, offset]).toEqual([meaning, at])
      const { text, end } = readValue(bytes, at, type)
      expect([meaning, text]).toEqual([meaning, example])
      at = end
    }
  })

  it('has all layouts', () => {
    expect(layouts.map(({ name }) => name)).toEqual([
      'block-header',
      'record-header',
      'volume-label',
      'session-label',
      'session-totals',
    ])
  })

  it('shows sound blocks', () => {
    for (const block of examples.values()) {
      expect(readBlockHeader(block)?.sizeBytes).toBe(block.length)
      expect(isBlockSound(block)).toBe(true)
    }
  })

  it('shows what the code reads', () => {
    expect(decodeLabelBlock(exampleOf('label-block'))?.label).toMatchObject({
      family: 'bareos',
      volumeName: 'Full-0001',
      poolName: 'Full',
      labelMicros: 1795226709000000,
    })
    const joiner = new RecordJoiner()
    const records = ['first-block', 'second-block'].flatMap((name, number) =>
      joiner.accept(exampleOf(name), number),
    )
    const [start, attributes, data, digest, end] = records.flatMap((one) =>
      one.kind === 'record' ? [one] : [],
    )
    expect(decodeSessionLabel(start!.data)).toMatchObject({ jobId: 7, jobType: 'B', jobLevel: 'F' })
    expect(decodeAttributes(attributes!.data)).toMatchObject({
      path: '/etc/motd',
      fraction: { mtimeNs: 946219036, atimeNs: 0 },
      stat: { size: 60, mtime: 1795226642 },
    })
    expect(attributes!.data.toString('latin1').replaceAll('\0', '␀')).toBe(
      /^1 3 \/etc\/motd.*$/m.exec(DOC)?.[0],
    )
    expect(data?.stream).toBe(2)
    expect(digest).toMatchObject({ stream: 3, data: Buffer.alloc(16, 0xd5) })
    expect(decodeEndOfSession(end!.data).totals).toMatchObject({ files: 1, jobStatus: 'T' })
    expect([...recordsOf(exampleOf('label-block').subarray(24))]).toHaveLength(1)
  })
})
