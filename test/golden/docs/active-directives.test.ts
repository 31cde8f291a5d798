// The status that the tables give to a directive is true: what is active is read somewhere outside of the tables.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DirectiveRows, propertyName } from '@coffer/core'
import { describe, expect, test } from 'vitest'
import { consoleConfig } from '../../../services/console/src/config/directives.ts'
import { directorConfig } from '../../../services/director/src/config/directives.ts'
import { filedConfig } from '../../../services/filed/src/config/directives.ts'
import { storageConfig } from '../../../services/storage/src/config/directives.ts'

const ROOT = join(import.meta.dirname, '../../..')
const TABLE = /(?:directive[^/]*|-rows?|-resources?|-directives|run-script|fileset-values)\.ts$/u

/** The program text below some folders, without tests, tables and comments. */
async function programOf(folders: readonly string[]): Promise<string> {
  const texts: string[] = []
  for (const folder of folders) {
    for (const path of await readdir(join(ROOT, folder), { recursive: true })) {
      const isTable = /(?:^|\/)config\//u.test(path) && TABLE.test(path)
      const isCoreTable = folder === 'packages/core/src' && /^directive|^tls-|^docs/u.test(path)
      const isProgram = path.endsWith('.ts') && !/\.(?:test|contract)\.ts$/u.test(path)
      if (!isProgram || isTable || isCoreTable) continue
      const text = await readFile(join(ROOT, folder, path), 'utf8')
      texts.push(text.replace(/^\s*(?:\/\/|\/?\*).*$/gmu, ''))
    }
  }
  return texts.join('\n')
}

/** Names of active rows whose property the program never mentions. */
function unread(rows: DirectiveRows, program: string): string[] {
  return Object.entries(rows).flatMap(([name, row]) => {
    if (row.status !== 'active' || name === 'Description') return []
    if (row.type.rows !== undefined) return unread(row.type.rows, program)
    return new RegExp(`\\b${propertyName(name)}\\b`, 'u').test(program) ? [] : [name]
  })
}

const PACKAGES = ['packages/core/src', 'packages/wire/src', 'packages/daemon/src', 'cli/src']

// A FileSet is the file daemon's to act on.
describe.each([
  [directorConfig, ['services/director/src', 'services/filed/src']],
  [storageConfig, ['services/storage/src']],
  [filedConfig, ['services/filed/src']],
  [consoleConfig, ['services/console/src']],
])('$title', (kind, folders) => {
  test('reads every directive that is said to be active', async () => {
    const program = await programOf([...PACKAGES, ...folders])
    const names = kind.types.flatMap((type) =>
      unread(type.rows, program).map((name) => `${type.name}: ${name}`),
    )
    expect(names).toEqual([])
  })
})
