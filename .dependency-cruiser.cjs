// Which way imports may point. `npm run check` runs it; docs/design.md says why.
const PRODUCT = '^(packages|services|cli)/'
const TEST = '(^test/|[.](test|contract)[.]ts$)'
// Installed or not: an import that does not resolve is known by its bare name.
const npm = (...names) => `(^|^node_modules/|/node_modules/)(${names.join('|')})(/|$)`

/** Only files under `place` may import what `target` matches; tests may import anything. */
function only(name, place, target) {
  return {
    name,
    severity: 'error',
    from: { path: PRODUCT, pathNot: [place, TEST] },
    to: { path: target },
  }
}

/** Files under `from` may not import files under `to`. */
function never(name, from, to) {
  return { name, severity: 'error', from: { path: from, pathNot: TEST }, to: { path: to } }
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that need each other at run time are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'service-apart',
      comment: 'Services meet on the wire; what two of them need lives in packages/.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: TEST },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    never('package-below-service', '^packages/', '^(services|cli)/'),
    never('service-below-cli', '^services/', '^cli/'),
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: TEST },
      to: { pathNot: '^packages/core/src/' },
    },
    never('wire-apart', '^packages/wire/', '^packages/(daemon|files)/'),
    never('daemon-apart', '^packages/daemon/', '^packages/(wire|files)/'),
    never('files-apart', '^packages/files/', '^packages/(wire|daemon)/'),
    only('grpc-in-wire', '^packages/wire/', npm('@grpc')),
    only('sql-in-catalog', '^services/director/src/catalog/', npm('pg', 'pg-[^/]+', 'kysely')),
    only('fastify-in-http', '^services/director/src/http/', npm('fastify', '@fastify')),
    only(
      'child-process-in-daemon',
      '^packages/daemon/',
      `(${npm('execa')}|^(node:)?child_process$)`,
    ),
    only('pino-in-daemon', '^packages/daemon/', npm('pino', 'pino-[^/]+')),
    only('mail-in-messages', '^services/director/src/messages/', npm('nodemailer')),
    only('koffi-in-files', '^packages/files/', npm('koffi')),
    {
      name: 'nobody-imports-main',
      comment: 'main.ts constructs; the executable alone starts it.',
      severity: 'error',
      from: { pathNot: '^cli/' },
      to: { path: '(^|/)main[.]ts$' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: PRODUCT, pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'inside-stays-inside',
      comment: 'Another workspace is imported by its name, never by a path into its sources.',
      severity: 'error',
      from: { path: '^((packages|services)/[^/]+|cli)/' },
      to: {
        path: '^((packages|services)/[^/]+|cli)/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((packages|services|test)/[^/]+|cli)/dist/|^coverage/' },
    // A type-only import is a dependency too, except for the rule on cycles.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    // Without the `source` condition imports between workspaces would end in dist, unseen.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
    cache: { folder: '.cache/dependency-cruiser', strategy: 'content' },
  },
}
