import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DirectoryLedger } from './directory-ledger.ts'

it('keeps any number of directories in order, the many of them in a file without a name', () => {
  const directory = mkdtempSync(join(tmpdir(), 'coffer-ledger-'))
  const ledger = new DirectoryLedger(directory)
  const stat = {
    dev: 1,
    ino: 0n,
    mode: 0o40755,
    nlink: 2,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: 0,
    blksize: 0,
    blocks: 0,
    atime: 0,
    mtime: -5,
    ctime: 0,
    linkFileIndex: 0,
    flags: 0,
    dataStream: 2,
  }
  const payloads = [{ stream: 1998, data: Buffer.from([0, 255, 10]) }]
  const count = 8_000
  for (let i = 0; i < count; i++) {
    const metadata = { stat: { ...stat, uid: i }, fraction: undefined, payloads }
    ledger.add({ path: `/a "strange"\n\udce9 name ${i}`, metadata })
  }
  expect(readdirSync(directory)).toEqual([])
  const entries = [...ledger.entries()]
  expect(entries.map(({ path }) => path)).toEqual(
    Array.from({ length: count }, (_, i) => `/a "strange"\n\udce9 name ${i}`),
  )
  expect(entries.every(({ metadata }, i) => metadata.stat.uid === i)).toBe(true)
  expect(entries.at(-1)?.metadata).toEqual({
    stat: { ...stat, uid: count - 1 },
    fraction: undefined,
    payloads,
  })
  ledger.close()
  rmSync(directory, { recursive: true })
})
