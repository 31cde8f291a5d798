// Trees to back up: a small plain one, and one with everything that a file system can do to a backup.
import { chmod, link, mkdir, open, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'

/** Bytes that do not compress and are the same every time. */
export function noise(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(sizeBytes)
  let state = seed >>> 0 || 1
  for (let i = 0; i < sizeBytes; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state & 0xff
  }
  return bytes
}

/** A few directories with text, binary and empty files. Returns how many entries it made, the root included. */
export async function makePlainTree(root: string): Promise<number> {
  await mkdir(join(root, 'docs'), { recursive: true })
  await mkdir(join(root, 'data', 'deep'), { recursive: true })
  await writeFile(join(root, 'docs', 'readme.txt'), 'what this is\n'.repeat(50))
  await writeFile(join(root, 'docs', 'empty'), '')
  await writeFile(join(root, 'data', 'noise.bin'), noise(300_000))
  await writeFile(join(root, 'data', 'deep', 'a b:c.txt'), 'spaces and colons\n')
  await symlink('../docs/readme.txt', join(root, 'data', 'link'))
  return 9
}

const LONG_NAME_BYTES = 255
const DEEP_LEVELS = 30

/**
 * Everything at once: modes, owners, times, links, fifo, device, socketless specials, holes, xattrs, ACLs, names that
 * are not UTF-8 or hold a newline, 255-byte names, directories without permission.
 * What only root can make is left out for others.
 */
export async function makeNastyTree(root: string, isRoot: boolean): Promise<void> {
  await mkdir(root, { recursive: true })
  await makeNames(root)
  await makeLinks(root)
  await makeSparse(root)
  await makeModes(root)
  await makeSpecials(root, isRoot)
  await makeAttributes(root, isRoot)
}

async function makeNames(root: string): Promise<void> {
  const names = join(root, 'names')
  await mkdir(names)
  await writeFile(join(names, 'new\nline'), 'newline\n')
  await writeFile(join(names, 'with space:colon"quote\\backslash'), '1')
  await writeFile(join(names, 'ümläut.txt'), 'utf-8\n')
  await writeFile(join(names, 'x'.repeat(LONG_NAME_BYTES)), 'long name\n')
  await writeFile(Buffer.concat([Buffer.from(`${names}/latin1-`), Buffer.of(0xe9)]), 'not utf-8\n')
  await writeFile(Buffer.concat([Buffer.from(`${names}/all-`), rawBytes()]), 'any byte\n')
  await mkdir(Buffer.concat([Buffer.from(`${names}/dir-`), Buffer.of(0xff, 0xfe)]))
}

/** Every byte that a file name may hold, from 1 to 127 without "/". */
function rawBytes(): Buffer {
  return Buffer.from(Array.from({ length: 127 }, (_, i) => i + 1).filter((byte) => byte !== 0x2f))
}

async function makeLinks(root: string): Promise<void> {
  const links = join(root, 'links')
  await mkdir(links)
  await writeFile(join(links, 'file'), 'linked content\n')
  await link(join(links, 'file'), join(links, 'hard1'))
  await link(join(links, 'file'), join(links, 'hard2'))
  await symlink('file', join(links, 'symlink'))
  await symlink('/nonexistent/target', join(links, 'dangling'))
  await symlink('../names', join(links, 'to-directory'))
  await symlink('x'.repeat(4000), join(links, 'long-target'))
}

const HOLE_BYTES = 4 << 20

async function makeSparse(root: string): Promise<void> {
  const file = await open(join(root, 'holes'), 'w')
  await file.write(noise(70_000), 0, 70_000, 0)
  await file.write(noise(5_000, 2), 0, 5_000, HOLE_BYTES)
  await file.truncate(2 * HOLE_BYTES)
  await file.close()
  const hollow = await open(join(root, 'only-hole'), 'w')
  await hollow.truncate(HOLE_BYTES)
  await hollow.close()
  await writeFile(join(root, 'empty'), '')
  await writeFile(join(root, 'exactly-64k'), noise(65_536, 3))
  await writeFile(join(root, 'one-more'), noise(65_537, 4))
  await writeFile(join(root, 'zeros'), Buffer.alloc(200_000))
}

async function makeModes(root: string): Promise<void> {
  const modes = join(root, 'modes')
  await mkdir(modes)
  for (const mode of [0o4755, 0o2750, 0o1777, 0o000, 0o600, 0o444]) {
    const path = join(modes, mode.toString(8))
    await writeFile(path, mode.toString(8))
    await chmod(path, mode)
  }
  await mkdir(join(modes, 'closed'))
  await writeFile(join(modes, 'closed', 'inside'), 'behind a closed door\n')
  await utimes(join(modes, '600'), 1_234_567_890, 1_234_567_890)
  await chmod(join(modes, 'closed'), 0o000)
  await mkdir(join(modes, 'sticky'))
  await chmod(join(modes, 'sticky'), 0o1777)
}

async function makeSpecials(root: string, isRoot: boolean): Promise<void> {
  const special = join(root, 'special')
  await mkdir(special)
  await tool(['mkfifo', join(special, 'fifo')])
  if (!isRoot) return
  await tool(['mknod', join(special, 'null'), 'c', '1', '3'])
  await tool(['mknod', join(special, 'loop'), 'b', '7', '0'])
}

async function makeAttributes(root: string, isRoot: boolean): Promise<void> {
  const meta = join(root, 'meta')
  await mkdir(meta)
  for (const name of ['acl', 'xattr', 'owner']) await writeFile(join(meta, name), `${name}\n`)
  await tool(['setfattr', '-n', 'user.comment', '-v', 'some value', join(meta, 'xattr')])
  await tool(['setfattr', '-n', 'user.binary', '-v', '0x00ff0a0d00', join(meta, 'xattr')])
  await tool(['setfattr', '-n', 'user.empty', join(meta, 'xattr')])
  await tool(['setfacl', '-m', 'u:1:rw,g:2:r', join(meta, 'acl')])
  await mkdir(join(meta, 'acl-directory'))
  await tool(['setfacl', '-d', '-m', 'u:1:rwx', join(meta, 'acl-directory')])
  if (isRoot) await tool(['chown', '1234:5678', join(meta, 'owner')])
}

const MAKE_DEEP = `
  const { mkdirSync, writeFileSync } = require('node:fs')
  for (let i = 0; i < ${String(DEEP_LEVELS)}; i++) {
    mkdirSync('${'d'.repeat(200)}')
    process.chdir('${'d'.repeat(200)}')
  }
  writeFileSync('bottom', 'deep\\n')
`

/**
 * A file below thirty directories of 200 letters each: more than PATH_MAX, so it can only be made step by step. Kept
 * apart from the other trees because rsync and tar cannot follow it.
 */
export async function makeDeepTree(root: string): Promise<void> {
  await mkdir(root, { recursive: true })
  const result = await run([process.execPath, '-e', MAKE_DEEP], { cwd: root })
  if (result.exitCode !== 0) throw new Error(`no deep tree: ${result.stderr}`)
}

async function tool(argv: readonly string[]): Promise<void> {
  const result = await run(argv)
  if (result.exitCode !== 0) throw new Error(`${argv.join(' ')}: ${result.stderr}`)
}
