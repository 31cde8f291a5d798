// Everything a file system can do to a backup goes out and comes back.
import { join } from 'node:path'
import {
  compareTrees,
  makeDeepTree,
  makeNastyTree,
  makeScratch,
  run,
  type Scratch,
  startHost,
  terminations,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const OPTION_SETS = [
  ['plain', 'Signature = XXH128'],
  ['md5 and gzip', 'Signature = MD5\n Compression = GZIP1'],
  ['sha256, sparse and hard links', 'Signature = SHA256\n Sparse = yes\n Hard Links = yes'],
  ['sha512, lz4 and sparse', 'Signature = SHA512\n Compression = LZ4\n Sparse = yes'],
  ['sha1 and zstd', 'Signature = SHA1\n Compression = ZSTD3'],
] as const

/** Attributes, ACLs and sizes as GNU tools show them; rsync does not follow what root alone may read. */
async function holes(path: string): Promise<number> {
  return Number((await run(['stat', '-c', '%b', path])).stdout)
}

describe('a nasty tree', () => {
  const isRoot = process.getuid?.() === 0
  let scratch: Scratch
  let host: TestHost
  let source: string
  let deep: string

  beforeAll(async () => {
    scratch = await makeScratch('nasty')
    source = join(scratch.path, 'source')
    deep = join(scratch.path, 'deep')
    await makeNastyTree(source, isRoot)
    await makeDeepTree(deep)
    host = await startHost('nasty')
  })

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  async function backUpAndRestore(file: string, options: string, where: string): Promise<string> {
    await host.edit(
      'director.d/fileset/SelfTest.conf',
      () =>
        `FileSet { Name = SelfTest\n Include { Options { ${options}\n }\n File = "${file}" } }\n`,
    )
    return host.console([
      'reload',
      'run job=backup-coffer-fd level=Full yes',
      'wait',
      'messages',
      `restore client=coffer-fd fileset=SelfTest where=${where} select all done yes`,
      'wait',
      'messages',
    ])
  }

  it.each(OPTION_SETS)('comes back whole: %s', async (name, options) => {
    const where = join(scratch.path, name.replaceAll(/\W+/g, '-'))
    const said = await backUpAndRestore(source, options, where)
    const expected = isRoot ? 'Backup OK' : 'Backup OK -- with warnings'
    expect(terminations(said), said).toEqual([expected, 'Restore OK'])
    const restored = join(where, source)
    const hardLinks = options.includes('Hard Links')
    if (isRoot) expect(await compareTrees(source, restored, { hardLinks })).toEqual([])
    if (options.includes('Sparse')) {
      expect(await holes(join(restored, 'holes'))).toBeLessThanOrEqual(
        (await holes(join(source, 'holes'))) + 64,
      )
    }
  })

  it('follows a path beyond PATH_MAX', async () => {
    const where = join(scratch.path, 'deep-restored')
    const said = await backUpAndRestore(deep, 'Signature = XXH128', where)
    expect(terminations(said), said).toEqual(['Backup OK', 'Restore OK'])
    const found = await run([
      'find',
      join(where, deep),
      '-name',
      'bottom',
      '-execdir',
      'cat',
      '{}',
      ';',
    ])
    expect(found.stdout).toBe('deep\n')
  })
})
