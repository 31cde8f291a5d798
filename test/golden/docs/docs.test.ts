// The generated documents are what the tables say. `npm run gen` writes them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ERROR_TABLE } from '@coffer/core'
import { directivesDocument, errorsDocument } from '@coffer/core/docs'
import { expect, test } from 'vitest'
import { consoleConfig } from '../../../services/console/src/config/directives.ts'
import { directorConfig } from '../../../services/director/src/config/directives.ts'
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
