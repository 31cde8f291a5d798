import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KnownFile, knownFileBytes, writeKnownFile } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KnownList } from './known-list.ts'
import { KnownTable } from './known-table.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coffer-known-'))
})
afterAll(() => {
  rmSync(directory, { recursive: true })
})

function entriesOf(files: readonly KnownFile[]): Uint8Array {
  const bytes = new Uint8Array(files.reduce((sum, file) => sum + knownFileBytes(file), 0))
  let at = 0
  for (const file of files) at = writeKnownFile(file, bytes, at)
  return bytes
}

function known(path: string, lstat = 'A B C'): KnownFile {
  return { path: Buffer.from(path), lstat, digest: 'x', deltaSeq: 0 }
}

async function withTable(
  lists: readonly (readonly KnownFile[])[],
  use: (table: KnownTable) => void,
): Promise<void> {
  const list = await KnownList.create(directory, 'test')
  try {
    for (const files of lists) await list.append(entriesOf(files))
    use(new KnownTable(list.place))
  } finally {
    await list.close()
  }
}

/** Each path is read before the next one comes in its place. */
function texts(files: Iterable<KnownFile>): string[] {
  const paths: string[] = []
  for (const { path } of files) paths.push(Buffer.from(path).toString())
  return paths
}

describe('a table of known files', () => {
  it('finds what is in the list and nothing else', async () => {
    await withTable([[known('/a/'), known('/a/b', 'one')], [known('/a/c', 'two')]], (table) => {
      expect(table.count).toBe(3)
      expect(table.find(Buffer.from('/a/c'))?.lstat).toBe('two')
      expect(table.find(Buffer.from('/a/b'))?.lstat).toBe('one')
      expect(table.find(Buffer.from('/a'))).toBeUndefined()
      expect(texts(table.unseen())).toEqual(['/a/'])
    })
  })

  it('is empty without a list', async () => {
    await withTable([], (table) => {
      expect(table.find(Buffer.from('/a'))).toBeUndefined()
      expect(texts(table.unseen())).toEqual([])
    })
  })

  it('takes a name that is there twice for one', async () => {
    await withTable([[known('/a', 'one'), known('/a', 'two')]], (table) => {
      expect(table.find(Buffer.from('/a'))).toBeDefined()
      expect(texts(table.unseen())).toEqual([])
    })
  })

  it('holds more than its windows, and entries longer than one', async () => {
    const long = known(`/long/${'x'.repeat(200_000)}`)
    const files = [
      ...Array.from({ length: 30_000 }, (_, index) => known(`/srv/${index % 100}/${index}`)),
      long,
      known('/last'),
    ]
    await withTable([files], (table) => {
      expect(table.count).toBe(files.length)
      for (const { path } of files) {
        if (path.length % 2 === 0) expect(table.find(Buffer.from(path))).toBeDefined()
      }
      const missing = files.filter(({ path }) => path.length % 2 === 1)
      expect(texts(table.unseen())).toEqual(texts(missing))
    })
  })
})
