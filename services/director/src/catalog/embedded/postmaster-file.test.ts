import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  findPostmaster,
  isPostgres,
  parsePostmasterFile,
  readSmallFile,
} from './postmaster-file.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coffer-postmaster-'))
})
afterAll(() => rm(directory, { recursive: true }))

const file = (status: string) =>
  `4711\n/var/lib/x/data\n1795226670\n5432\n/var/lib/x/socket\n\n  1234 5\n${status}\n`

test('what a server writes is read', () => {
  expect(parsePostmasterFile(file('ready   '))).toEqual({
    pid: 4711,
    socketDirectory: '/var/lib/x/socket',
    status: 'ready',
  })
  expect(parsePostmasterFile(file('starting'))?.status).toBe('starting')
  expect(parsePostmasterFile(file('stopping'))?.status).toBe('stopping')
  expect(parsePostmasterFile('4711\n')?.status).toBe('unknown')
})

test.each(['', '\n', 'x', '-1', '1', '0\n', '99999999999'])('%j is none', (text) => {
  expect(parsePostmasterFile(text)).toBeUndefined()
})

test('a process that is no PostgreSQL of that user is not taken for one', async () => {
  await writeFile(join(directory, 'postmaster.pid'), `${process.pid}\n`)
  expect(await findPostmaster(directory, process.getuid?.() ?? 0)).toBeUndefined()
  expect(await isPostgres(2 ** 30, 0)).toBe(false)
})

test('the end of a long file is read, a link is not followed', async () => {
  const path = join(directory, 'log')
  await writeFile(path, `${'x'.repeat(20_000)}end`)
  expect(await readSmallFile(path, 'end')).toMatch(/^x{8189}end$/u)
  expect(await readSmallFile(path)).toBe('x'.repeat(8192))
  await symlink(path, join(directory, 'link'))
  expect(await readSmallFile(join(directory, 'link'))).toBeUndefined()
  expect(await readSmallFile(join(directory, 'none'))).toBeUndefined()
})
