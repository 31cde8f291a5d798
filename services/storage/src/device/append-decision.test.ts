import { describe, expect, it } from 'vitest'
import { type AppendDecision, decideAppend, type FoundFile } from './append-decision.ts'

const LABEL_BYTES = 200

function file(sizeBytes: number, volumeName = 'V1'): FoundFile {
  return { sizeBytes, label: { volumeName, family: 'bareos', blockBytes: LABEL_BYTES } }
}

const garbage: FoundFile = { sizeBytes: 500, label: undefined }
const empty: FoundFile = { sizeBytes: 0, label: undefined }

interface Row {
  readonly case: string
  readonly status?: string
  readonly bytes: number
  readonly found: FoundFile | undefined
  readonly mayLabel?: boolean
  readonly want: Partial<AppendDecision>
}

const rows: readonly Row[] = [
  { case: 'new, no file', bytes: 0, found: undefined, want: { action: 'label', reason: 'new' } },
  { case: 'new, empty file', bytes: 1, found: empty, want: { action: 'label', reason: 'new' } },
  {
    case: 'new, Device may not label',
    bytes: 0,
    found: undefined,
    mayLabel: false,
    want: { action: 'refuse', code: 'volume-label-forbidden', isFaulty: false },
  },
  {
    case: 'new, labelled and nothing more',
    bytes: 0,
    found: file(LABEL_BYTES),
    mayLabel: false,
    want: { action: 'append', endBytes: LABEL_BYTES, isLonger: false },
  },
  {
    case: 'new, its file holds data',
    bytes: 0,
    found: file(9000),
    want: { action: 'refuse', code: 'volume-unknown-data', isFaulty: true },
  },
  {
    case: 'new, its file is no Volume',
    bytes: 0,
    found: garbage,
    want: { action: 'refuse', code: 'volume-label-invalid', isFaulty: true },
  },
  {
    case: 'new, its file is another Volume',
    bytes: 0,
    found: file(LABEL_BYTES, 'V2'),
    want: { action: 'refuse', code: 'volume-mismatch', isFaulty: true },
  },
  {
    case: 'known, as long as the Catalog says',
    bytes: 9000,
    found: file(9000),
    want: { action: 'append', endBytes: 9000, isLonger: false },
  },
  {
    case: 'known, longer',
    bytes: 9000,
    found: file(9001),
    want: { action: 'append', endBytes: 9000, isLonger: true },
  },
  {
    case: 'known, shorter',
    bytes: 9000,
    found: file(8999),
    want: { action: 'refuse', code: 'volume-truncated', isFaulty: true },
  },
  {
    case: 'known, gone',
    bytes: 9000,
    found: undefined,
    want: { action: 'refuse', code: 'volume-missing', isFaulty: true },
  },
  {
    case: 'known, another Volume in its place',
    bytes: 9000,
    found: file(9000, 'V2'),
    want: { action: 'refuse', code: 'volume-mismatch', isFaulty: true },
  },
  {
    case: 'known, no label',
    bytes: 500,
    found: garbage,
    want: { action: 'refuse', code: 'volume-label-invalid', isFaulty: true },
  },
  {
    case: 'to be recycled',
    status: 'Recycle',
    bytes: 9000,
    found: file(9000),
    want: { action: 'label', reason: 'recycle' },
  },
  {
    case: 'to be recycled, gone',
    status: 'Recycle',
    bytes: 9000,
    found: undefined,
    want: { action: 'label', reason: 'new' },
  },
  {
    case: 'to be recycled, another Volume in its place',
    status: 'Recycle',
    bytes: 9000,
    found: file(9000, 'V2'),
    want: { action: 'refuse', code: 'volume-mismatch', isFaulty: true },
  },
]

describe('decideAppend', () => {
  it.each(rows)('$case', ({ status = 'Append', bytes, found, mayLabel = true, want }) => {
    const decision = decideAppend({ name: 'V1', status, bytes }, found, mayLabel)
    expect(decision).toMatchObject(want)
  })
})
