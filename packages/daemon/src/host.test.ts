import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, type } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readOsName } from './host.ts'

test('the name that the system gives itself', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'host-'))
  const file = join(directory, 'os-release')
  await writeFile(file, 'NAME="x"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n')
  expect(await readOsName(file)).toBe('Debian GNU/Linux 12 (bookworm)')
  await writeFile(file, 'PRETTY_NAME=Plain\n')
  expect(await readOsName(file)).toBe('Plain')
  expect(await readOsName(join(directory, 'nosuch'))).toBe(type())
  await rm(directory, { recursive: true })
})
