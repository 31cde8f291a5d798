// The generated documents are what the tables say. `npm run gen` writes them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ERROR_TABLE } from '@coffer/core'
import { directivesDocument, errorsDocument } from '@coffer/core/docs'
import { expect, test } from 'vitest'
import { consoleConfig } from '../../../services/console/src/config/directives.ts'
import { directorConfig } from '../../../services/director/src/config/directives.ts'
import { COMMANDS } from '../../../services/director/src/console/command-table.ts'
import { COMMAND_HANDLERS } from '../../../services/director/src/console/commands.ts'
import { consoleDocument } from '../../../services/director/src/console/console-document.ts'
import { DOT_COMMANDS } from '../../../services/director/src/console/dot-command-table.ts'
import { filedConfig } from '../../../services/filed/src/config/directives.ts'
import { storageConfig } from '../../../services/storage/src/config/directives.ts'

const DOCS = join(import.meta.dirname, '../../../docs')

test('docs/directives.md has every directive of every table', async () => {
  const configs = [directorConfig, storageConfig, filedConfig, consoleConfig]
  expect(await readFile(join(DOCS, 'directives.md'), 'utf8')).toBe(directivesDocument(configs))
})

test('docs/errors.md has every error of the table', async () => {
  const document = errorsDocument()
  for (const code of Object.keys(ERROR_TABLE)) expect(document).toContain(`| \`${code}\` |`)
  expect(await readFile(join(DOCS, 'errors.md'), 'utf8')).toBe(document)
})

test('docs/console.md has every command of the tables', async () => {
  expect(await readFile(join(DOCS, 'console.md'), 'utf8')).toBe(consoleDocument())
})

test('a command is done or said to be absent', () => {
  const rows = [...COMMANDS, ...DOT_COMMANDS]
  const undone = rows.filter(({ name }) => !COMMAND_HANDLERS.has(name)).map(({ name }) => name)
  expect(undone).toEqual(rows.filter(({ isAbsent }) => isAbsent).map(({ name }) => name))
})
