import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { CofferError, type ItemNode, type ResourceText, valueText } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ConfigCommandRunner,
  md5Hex,
  readConfigText,
  requireConfig,
  testConfig,
} from './config-file.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'config-file-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

/** Writes files, by path below a fresh directory, which is returned. */
async function tree(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const directory = join(root, name)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  return directory
}

const NAMES = ['director', 'bareos-dir']

async function read(path: string, run?: ConfigCommandRunner): Promise<ResourceText> {
  return readConfigText(path, NAMES, { env: { PATH: process.env['PATH'] }, run })
}

function shape(items: readonly ItemNode[]): unknown[] {
  return items.map((item) =>
    item.kind === 'block' ? [item.name, shape(item.items)] : `${item.name}=${valueText(item)}`,
  )
}

async function names(path: string): Promise<string[]> {
  const { items, faults } = await read(path)
  expect(faults).toEqual([])
  return items.map((item) => item.name)
}

function faultsOf(text: ResourceText): string[] {
  return text.faults.map(
    (fault) => `${relative(root, fault.file)}:${fault.line}:${fault.column}: ${fault.message}`,
  )
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action
  } catch (error) {
    if (error instanceof CofferError) return `${error.code}: ${error.message.replaceAll(root, '')}`
  }
  return 'nothing thrown'
}

describe('a configuration is found', () => {
  test('as the file that is named', async () => {
    const directory = await tree('file', { 'any.txt': 'A { }' })
    expect(await names(join(directory, 'any.txt'))).toEqual(['A'])
  })

  test('in a directory, ours before that of Bareos, a file before a tree', async () => {
    const directory = await tree('order', {
      'bareos-dir.conf': 'Bareos { }',
      'bareos-dir.d/x/a.conf': 'Tree { }',
    })
    expect(await names(directory)).toEqual(['Bareos'])
    await tree('order', { 'director.d/x/a.conf': 'OurTree { }' })
    expect(await names(directory)).toEqual(['OurTree'])
    await tree('order', { 'director.conf': 'Ours { }' })
    expect(await names(directory)).toEqual(['Ours'])
  })

  test('as a tree: *.conf at both depths in order of name, nothing else', async () => {
    const directory = await tree('tree', {
      'bareos-dir.d/b.conf': 'B { }',
      'bareos-dir.d/a/2.conf': 'A2 { }',
      'bareos-dir.d/a/1.conf': 'A1 { }',
      'bareos-dir.d/a/1.conf~': 'Backup { }',
      'bareos-dir.d/a/.hidden.conf': 'Hidden { }',
      'bareos-dir.d/a/deep/3.conf': 'Deep { }',
      'bareos-dir.d/c/My Name.conf': 'C { }',
    })
    expect(await names(directory)).toEqual(['A1', 'A2', 'B', 'C'])
    expect(await names(join(directory, 'bareos-dir.d'))).toEqual(['A1', 'A2', 'B', 'C'])
  })

  test('or not, with the names that were tried', async () => {
    const directory = await tree('empty', { 'bareos-sd.conf': 'X { }' })
    expect(await codeOf(read(join(directory, 'nowhere')))).toBe(
      'config-not-found: "/empty/nowhere" does not exist',
    )
    expect(await codeOf(read(directory))).toBe(
      'config-not-found: "/empty" holds none of "director.conf" or "director.d", "bareos-dir.conf" or "bareos-dir.d"',
    )
    await symlink('loop', join(directory, 'loop'))
    expect(await codeOf(read(join(directory, 'loop')))).toContain(
      'config-not-found: "/empty/loop" cannot be read',
    )
  })
})

describe('what is included', () => {
  test('is found beside the file that includes it, by patterns as well', async () => {
    const directory = await tree('include', {
      'main.conf': 'A { @sub/one.inc\n @"sub/[a-c]*.lst" }\n@sub/./b?.conf\n@sub/*/x.conf',
      'sub/one.inc': 'one = 1\n@two.inc',
      'sub/two.inc': 'two = 2',
      'sub/a.lst': 'File = /a',
      'sub/b b.lst': 'File = /b',
      'sub/d.lst': 'File = /d',
      'sub/b1.conf': 'B { }',
      'sub/.b2.conf': 'Hidden { }',
      'sub/p/x.conf': 'P { }',
      'sub/q/x.conf': 'Q { }',
    })
    const { items, faults } = await read(join(directory, 'main.conf'))
    expect(faults).toEqual([])
    expect(shape(items)).toEqual([
      ['A', ['one=1', 'two=2', 'File=/a', 'File=/b']],
      ['B', []],
      ['P', []],
      ['Q', []],
    ])
  })

  test('keeps bytes that are not UTF-8', async () => {
    const directory = await tree('bytes', {
      'main.conf': Buffer.from('A { File = /caf\xe9 }', 'latin1'),
    })
    const { items } = await read(join(directory, 'main.conf'))
    expect(shape(items)).toEqual([['A', ['File=/caf\udce9']]])
  })

  test('is reported where it is missing, all at once', async () => {
    const directory = await tree('missing', {
      'main.conf': 'A {\n @none\n @no/*.conf\n x }\n@main.conf',
    })
    const faults = faultsOf(await read(join(directory, 'main.conf')))
    expect(faults.map((fault) => fault.replaceAll(root, ''))).toEqual([
      'missing/main.conf:2:2: "/missing/none" cannot be read: ENOENT: no such file or directory, open \'/missing/none\'',
      'missing/main.conf:3:2: no file matches "no/*.conf"',
      'missing/main.conf:4:2: "x" is followed by neither "=" nor "{"',
      'missing/main.conf:5:1: "/missing/main.conf" includes itself',
    ])
  })

  test('can be what a command prints, run once for each place', async () => {
    const directory = await tree('command', {
      'main.conf':
        'A { @|"show \'two words\' \\"x\\""\n Password = @|number\n Other = @|number\n }',
    })
    const ran: (readonly string[])[] = []
    const run: ConfigCommandRunner = async (argv) => {
      ran.push(argv)
      return { exitCode: 0, stdout: argv[0] === 'show' ? 'x = 1\ny = 2\n' : `${ran.length}\n` }
    }
    const { items, faults } = await read(join(directory, 'main.conf'), run)
    expect(faults).toEqual([])
    expect(ran).toEqual([['show', 'two words', 'x'], ['number'], ['number']])
    expect(shape(items)).toEqual([['A', ['x=1', 'y=2', 'Password=2', 'Other=3']]])
  })

  test('really runs commands, and says when they fail', async () => {
    const directory = await tree('really', {
      'main.conf':
        'A { @|"sh -c \'echo x = $((1 + 1))\'"\n @|"sh -c \'exit 3\'"\n @|/does/not/exist\n }',
    })
    const text = await read(join(directory, 'main.conf'))
    expect(shape(text.items)).toEqual([['A', ['x=2']]])
    expect(faultsOf(text)).toEqual([
      'really/main.conf:2:2: command "sh -c \'exit 3\'" ended with exit code 3',
      'really/main.conf:3:2: command "/does/not/exist" ended with exit code 127',
    ])
  })
})

describe('-t', () => {
  const fault = { file: 'f.conf', line: 3, column: 7, message: 'wrong' }

  test('writes warnings and faults with their hints, and judges by the faults', async () => {
    const lines: string[] = []
    const loaded = {
      faults: [{ ...fault, hint: 'Do it.' }, fault],
      warnings: [{ ...fault, line: 1 }],
    }
    expect(
      await testConfig(
        async () => loaded,
        (line) => lines.push(line),
      ),
    ).toBe(1)
    expect(lines).toEqual([
      'f.conf:1:7: warning: wrong',
      'f.conf:3:7: wrong\n    hint: Do it.',
      'f.conf:3:7: wrong',
    ])
    const sound = { config: {}, faults: [], warnings: [fault] }
    expect(
      await testConfig(
        async () => sound,
        () => undefined,
      ),
    ).toBe(0)
  })

  test('writes why there is nothing to test', async () => {
    const lines: string[] = []
    const missing = (): Promise<never> =>
      Promise.reject(new CofferError('config-not-found', '"x" does not exist'))
    expect(await testConfig(missing, (line) => lines.push(line))).toBe(1)
    expect(lines).toEqual(['"x" does not exist'])
  })

  test('a start with faults ends with all of them and exit code 42', () => {
    expect(requireConfig({ config: 5, faults: [], warnings: [] })).toBe(5)
    let caught: unknown
    try {
      requireConfig({ faults: [fault, { ...fault, line: 4 }], warnings: [] })
    } catch (error) {
      caught = error
    }
    expect(caught).toMatchObject({
      code: 'config-invalid',
      message: 'the configuration has faults:\nf.conf:3:7: wrong\nf.conf:4:7: wrong',
      entry: { exitCode: 42 },
    })
  })
})

test('passwords are compared by their MD5', () => {
  expect(md5Hex('secret')).toBe('5ebe2294ecd0e0f08eab7690d2a6ee69')
  expect(md5Hex('')).toBe('d41d8cd98f00b204e9800998ecf8427e')
})
