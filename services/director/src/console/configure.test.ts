import { mkdtemp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'
import { resourceFile, resourceRoot } from './resource-file.ts'

let bench: ConsoleBench
let root = ''
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())
beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'configure-')), 'director.d')
  await mkdir(join(root, 'director'), { recursive: true })
  const { source } = bench.config.director
  Object.assign(source, { file: join(root, 'director', 'bench-dir.conf') })
  bench.world.reload = { ok: true, warnings: [] }
})
afterEach(() => rm(join(root, '..'), { recursive: true }))

async function said(...lines: string[]): Promise<string> {
  return (await bench.converse(lines)).replaceAll(join(root, '..'), '@DIR@')
}

describe('configure add', () => {
  test('writes a resource and takes it in', async () => {
    const line = 'configure add client name=host-fd address=10.0.0.7 password="a b"'
    expect(await said(line)).toBe(
      `${line}\nCreated resource config file "@DIR@/director.d/client/host-fd.conf":\n` +
        'Client {\n  name = host-fd\n  address = 10.0.0.7\n  password = ***\n}\n' +
        'Exported resource file "@DIR@/director-export/client/host-fd/filed.d/director/bench-dir.conf":\n' +
        'Director {\n  Name = bench-dir\n  Password = ***\n}\n',
    )
    expect(await readFile(join(root, 'client', 'host-fd.conf'), 'utf8')).toBe(
      'Client {\n  name = host-fd\n  address = 10.0.0.7\n  password = "a b"\n}\n',
    )
  })

  test('takes nothing that the configuration refuses, and leaves what is there', async () => {
    const fault = { file: 'x', line: 2, column: 3, message: 'unknown directive "colour"' }
    bench.world.reload = { ok: false, faults: [fault] }
    expect(await said('configure add pool name=New colour=red')).toContain(
      '2:3: unknown directive "colour"\nThe Pool "New" was not added.\n',
    )
    await expect(stat(join(root, 'pool', 'New.conf'))).rejects.toThrow(/ENOENT/)
    bench.world.reload = { ok: true, warnings: [] }
    await said('configure add pool name=New pooltype=Backup')
    expect(await said('configure add pool name=New pooltype=Copy')).toContain('EEXIST')
    expect(await said('configure add pool name=../x')).toContain('"../x" is no resource name')
    expect(await said('configure add planet name=x')).toContain('configure add takes catalog,')
  })

  test('in JSON', async () => {
    const text = await bench.converse(['.api 2 compact=yes', 'configure add pool name=New'])
    expect(text).toContain('"configure":{"add":{"filename":')
  })
})

test('configure export, as text and in JSON', async () => {
  expect(await said('configure export client=spare-fd')).toContain('Exported resource file "@DIR@/')
  const path = join(root, '../director-export/client/spare-fd/filed.d/director/bench-dir.conf')
  expect(await readFile(path, 'utf8')).toMatch(/Password = "?\[md5\][0-9a-f]{32}"?\n/)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const text = await bench.converse(['.api 2 compact=yes', 'configure export client=spare-fd'])
  expect(text).toContain('"configure":{"export":{"filename":')
})

test('a configuration in one file takes no others', () => {
  expect(resourceRoot('/etc/coffer/director.conf')).toBeUndefined()
  expect(resourceRoot('/etc/coffer/director.d/director/dir.conf')).toBe('/etc/coffer/director.d')
  expect(() => resourceFile('/r', 'Job', '.hidden')).toThrow(/no resource name/)
})

describe('add', () => {
  test('makes rows of Volumes', async () => {
    const text = await said('add pool=Full storage=File', '2', 'Shelf-', '7')
    expect(text).toContain('2 Volumes created in pool Full\n')
    expect(await said('add pool=Full storage=File volume=Old-1')).toContain('1 Volumes created')
    const volumes = await bench.catalog.media.list({ pool: 'Full' })
    expect(volumes.map(({ name }) => name)).toEqual(['Shelf-0007', 'Shelf-0008', 'Old-1'])
    expect(await said('add pool=Full storage=File volume=a/b')).toContain('is no name of a Volume')
  })

  test('in JSON', async () => {
    const line = 'add pool=Full storage=File volume=Old-2'
    expect(await bench.converse(['.api 2 compact=yes', line])).toContain(
      '"result":{"add":{"pool":"Full","volumes":["Old-2"]}}',
    )
  })
})
