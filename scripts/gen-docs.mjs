// Writes docs/directives.md, docs/errors.md and docs/console.md out of the tables; needs a build.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { directivesDocument, errorsDocument } from '../packages/core/dist/docs/index.js'
import { consoleConfig } from '../services/console/dist/config/directives.js'
import { directorConfig } from '../services/director/dist/config/directives.js'
import { consoleDocument } from '../services/director/dist/console/console-document.js'
import { filedConfig } from '../services/filed/dist/config/directives.js'
import { storageConfig } from '../services/storage/dist/config/directives.js'
import { ROOT } from './ensure-installed.mjs'

const configs = [directorConfig, storageConfig, filedConfig, consoleConfig]
writeFileSync(join(ROOT, 'docs', 'directives.md'), directivesDocument(configs))
writeFileSync(join(ROOT, 'docs', 'errors.md'), errorsDocument())
writeFileSync(join(ROOT, 'docs', 'console.md'), consoleDocument())
