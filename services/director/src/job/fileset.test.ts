import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '@coffer/daemon'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FileSetResource } from '../config/fileset-resource.ts'
import { loadDirectorConfig } from '../config/load.ts'
import { filesetIdentity, filesetMessage } from './fileset.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fileset-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function fileset(body: string): Promise<FileSetResource> {
  const file = join(directory, 'director.conf')
  await writeFile(
    file,
    `Director { Name = d; Messages = M; Password = p } Messages { Name = M; console = all }
     FileSet { Name = set; ${body} }`,
  )
  const { config, faults } = await loadDirectorConfig(file, {})
  const found = config?.filesets.get('set')
  if (found === undefined) throw new Error(JSON.stringify(faults))
  return found
}

const access = (allowCompression = true) => ({
  allowCompression,
  runCommand,
  signal: new AbortController().signal,
})

async function files(body: string): Promise<string[]> {
  const message = await filesetMessage(await fileset(`Include { ${body} }`), access())
  return (message.includes?.[0]?.files ?? []).map((bytes) => Buffer.from(bytes).toString('latin1'))
}

describe('entries', () => {
  test('of a list file, names that are no UTF-8 kept', async () => {
    const list = join(directory, 'list')
    await writeFile(list, Buffer.from('/a b\n\n/c\xff\r\n', 'latin1'))
    expect(await files(`File = "/x"; File = "<${list}"; File = "/y"`)).toEqual([
      '/x',
      '/a b',
      '/c\xff',
      '/y',
    ])
  })

  test('of a command', async () => {
    expect(await files(`File = "|sh -c 'printf \\"/one\\\\n/two \\\\377\\\\n\\"'"`)).toEqual([
      '/one',
      '/two \xff',
    ])
  })

  test('for the file daemon stay as they are', async () => {
    expect(await files('File = "\\\\</list"; File = "\\\\|ls"')).toEqual(['\\</list', '\\|ls'])
  })

  test('of a list that is not there', async () => {
    const missing = join(directory, 'nosuch')
    await expect(files(`File = "<${missing}"`)).rejects.toMatchObject({
      code: 'fileset-list-failed',
      message: expect.stringContaining(`cannot read the list "${missing}"`),
    })
  })

  test('of a command that fails', async () => {
    await expect(files('File = "|ls /no/such/folder"')).rejects.toThrow(
      /the list command "ls \/no\/such\/folder" failed: exit code 2, .*No such file/,
    )
  })

  test('that are too many', async () => {
    const list = join(directory, 'long')
    await writeFile(list, `/${'n'.repeat(1023)}\n`.repeat(64 * 1024))
    await expect(files(`File = "<${list}"`)).rejects.toThrow(`the list "${list}" is too long`)
    await expect(files(`File = "|cat ${list}"`)).rejects.toThrow('its list is too long')
  })
})

test('options and excludes travel with it', async () => {
  const resource = await fileset(`
    Include { Options { signature = SHA256; compression = GZIP6; onefs = no; wild = "*.o"; exclude = yes }
      Options { signature = MD5 } File = /srv; Exclude Dir Containing = .nobackup }
    Exclude { File = /srv/tmp }`)
  const message = await filesetMessage(resource, access())
  expect(message).toMatchObject({
    name: 'set',
    excludes: [new TextEncoder().encode('/srv/tmp')],
    includes: [
      {
        excludeDirContaining: ['.nobackup'],
        options: [
          {
            signature: 'SHA256',
            compression: 'GZIP',
            compressionLevel: 6,
            oneFs: false,
            wild: ['*.o'],
            exclude: true,
          },
          { signature: 'MD5', compression: '' },
        ],
      },
    ],
  })
  const plain = await filesetMessage(resource, access(false))
  expect(plain.includes?.[0]?.options?.[0]).toMatchObject({ compression: '', compressionLevel: 0 })
})

test('the fingerprint covers the File lists and nothing else', async () => {
  const md5 = async (body: string): Promise<string> => filesetIdentity(await fileset(body)).md5
  const base = await md5('Include { Options { signature = MD5 } File = /a; File = /b }')
  expect(base).toMatch(/^[A-Za-z0-9+/]{22}$/)
  expect(await md5('Include { Options { signature = SHA1 } File = /a; File = /b }')).toBe(base)
  expect(await md5('Include { File = /b; File = /a }')).not.toBe(base)
  expect(await md5('Include { File = /a } Exclude { File = /b }')).not.toBe(base)
  expect(filesetIdentity(await fileset('Include { File = /a }')).text).toContain('File = "/a"')
})
