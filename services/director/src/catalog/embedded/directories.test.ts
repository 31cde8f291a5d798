import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clusterDirectories, makeServers } from './directories.ts'
import { findBarrier } from './server-user.ts'

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'coffer-directories-'))
  await chmod(scratch, 0o755)
})
afterAll(() => rm(scratch, { recursive: true }))

const self = {
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  lent: false,
  ownName: 'me',
}

test('the socket is in the working directory as long as its path is short enough', () => {
  expect(clusterDirectories('/var/lib/coffer', ['/run']).socket).toBe(
    '/var/lib/coffer/catalog/socket',
  )
  const deep = `/${'d'.repeat(80)}`
  const { socket } = clusterDirectories(deep, ['/run'])
  expect(socket).toMatch(/^\/run\/coffer-[0-9a-f]{16}$/u)
  expect(clusterDirectories(`${deep}e`, ['/run']).socket).not.toBe(socket)
  const longest = clusterDirectories(`/${'d'.repeat(107 - 32)}`, ['/run'])
  expect(`${longest.socket}/.s.PGSQL.5432`.length).toBeLessThanOrEqual(107)
})

test('a directory of the server is made closed, and only a closed one is taken', async () => {
  const path = join(scratch, 'socket')
  await makeServers(path, self)
  await makeServers(path, self)
  await chmod(path, 0o755)
  await expect(makeServers(path, self)).rejects.toMatchObject({ code: 'catalog-directory' })
  await chmod(path, 0o700)
  await symlink(path, join(scratch, 'link'))
  await expect(makeServers(join(scratch, 'link'), self)).rejects.toMatchObject({
    code: 'catalog-directory',
  })
  const foreign = { ...self, uid: self.uid + 1 }
  await expect(makeServers(path, foreign)).rejects.toMatchObject({ code: 'catalog-directory' })
  await expect(makeServers(join(scratch, 'no', 'parent'), self)).rejects.toMatchObject({
    code: 'catalog-directory',
  })
})

test('the first closed directory on the way is named', async () => {
  const closed = join(scratch, 'closed')
  await mkdir(join(closed, 'below'), { recursive: true })
  await chmod(closed, 0o700)
  const stranger = { uid: self.uid + 1, gid: self.gid + 1 }
  expect(await findBarrier(join(closed, 'below'), stranger)).toBe(closed)
  expect(await findBarrier(scratch, stranger)).toBeUndefined()
  expect(await findBarrier(join(closed, 'below'), self)).toBeUndefined()
  expect(await findBarrier(join(scratch, 'not', 'there'), stranger)).toBeUndefined()
})
