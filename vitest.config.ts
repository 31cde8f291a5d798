// Which tests exist: one project of unit tests beside the code, one project per folder of test/.
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

declare module 'vitest' {
  interface TaskMeta {
    /** Why a suite is skipped: `describe.skipIf(why)('…', { meta: { skipReason: why } }, …)`. */
    skipReason?: string | undefined
  }
}

// Workspace packages are read from their sources, as TypeScript and the linters read them, so that a
// failing line is a line of the repository. Worker threads are outside of this: they load dist.
const source = {
  ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
}

// A busy machine takes its time to start a thread or a process; only what fails waits that long.
const patience = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 20_000 } },
}

const unit: TestProjectInlineConfiguration = {
  ...source,
  test: {
    ...patience,
    name: 'unit',
    include: ['packages/*/src/**/*.test.ts', 'services/*/src/**/*.test.ts', 'cli/src/**/*.test.ts'],
    server: { deps: { inline: [/@coffer\//] } },
    sequence: { groupOrder: 0 },
  },
}

// Groups run one after the other, files of a group beside each other: at most two where each starts a
// database, one at a time where each starts three daemons.
function folder(name: string, group: 0 | 1 | 2): TestProjectInlineConfiguration {
  return {
    ...source,
    test: {
      ...patience,
      name,
      include: [`test/${name}/**/*.test.ts`],
      server: { deps: { inline: [/@coffer\//] } },
      sequence: { groupOrder: group },
      ...(group === 0 ? {} : { maxWorkers: group === 1 ? 2 : 1 }),
    },
  }
}

export default defineConfig({
  test: {
    passWithNoTests: true,
    exclude: ['**/node_modules/**', '**/dist/**'],
    projects: [
      unit,
      folder('contract', 0),
      folder('golden', 0),
      folder('simulation', 0),
      folder('perf', 0),
      folder('catalog', 1),
      folder('fault', 2),
      folder('peers', 2),
      folder('system', 2),
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'cli/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.contract.ts', '**/gen/**', '**/main.ts'],
      reportsDirectory: 'coverage',
    },
  },
})
