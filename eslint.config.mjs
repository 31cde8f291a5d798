// What a formatter and a compiler cannot see: lost promises, forgotten cases, ambient time, size.
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const TESTS = ['test/**/*.ts', '**/*.test.ts', '**/*.contract.ts']

// Where time, randomness and the environment may be read directly. All other code gets them as
// arguments, so that a simulator can stand in for them.
const AMBIENT_ALLOWED = [
  '**/main.ts',
  'cli/**',
  'scripts/**',
  'packages/daemon/**',
  'packages/core/src/clock.ts',
  'vitest.config.ts',
  ...TESTS,
]

const AMBIENT = [
  { object: 'Date', property: 'now', message: 'Take the time from a Clock that is passed in.' },
  { object: 'Math', property: 'random', message: 'Take randomness as an argument.' },
  { object: 'process', property: 'env', message: 'Take the environment as an argument.' },
]

const NEW_DATE = {
  selector:
    ':matches(NewExpression[arguments.length=0], CallExpression)[callee.type="Identifier"][callee.name="Date"]',
  message: 'Take the time from a Clock that is passed in.',
}

// `bytes[i]!` is the one assertion that noUncheckedIndexedAccess makes necessary in a codec's loops.
const NON_NULL = {
  selector:
    'TSNonNullExpression:not([expression.type="MemberExpression"][expression.computed=true])',
  message: 'Assert non-null only on an index, `bytes[i]!`; decide the other cases.',
}

const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name.',
}

// The Director and the wire serve many peers on one thread.
const SYNC_FS_MESSAGE = 'One thread serves all peers here: use node:fs/promises.'
const SYNC_FS = [
  {
    selector:
      'ImportDeclaration[source.value=/^(node:)?fs$/] ImportSpecifier[imported.name=/Sync$/]',
    message: SYNC_FS_MESSAGE,
  },
  {
    selector: 'CallExpression[callee.object.name=/fs$/i][callee.property.name=/Sync$/]',
    message: SYNC_FS_MESSAGE,
  },
]

const coffer = {
  rules: {
    'explained-disable': {
      meta: {
        type: 'problem',
        schema: [],
        messages: { unexplained: 'Say why on the same line: `eslint-disable-… rule -- reason`.' },
      },
      create(context) {
        return {
          Program() {
            for (const comment of context.sourceCode.getAllComments()) {
              const text = comment.value.trim()
              if (!text.startsWith('eslint-disable')) continue
              const line = text.split('\n', 1)[0]
              const named = /^eslint-disable(?:-next-line|-line)?\s+[\w@]/.test(line)
              if (named && /\s--\s+\S.{7,}/.test(line)) continue
              context.report({ loc: comment.loc, messageId: 'unexplained' })
            }
          },
        }
      },
    },
  },
}

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.cache/**',
      'coverage/**',
      'packages/wire/src/gen/**',
      'samples/**',
      'test/golden/**/data/**',
      'tmp/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    plugins: { coffer },
    rules: {
      'coffer/explained-disable': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.test.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: false, allowRegExp: false },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // The compiler finds unused names; an async function may only turn a throw into a rejection.
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',

      'no-console': 'error',
      'no-restricted-properties': ['error', ...AMBIENT],
      'no-restricted-imports': [
        'error',
        { paths: ['process', 'node:process'].map((name) => ({ name, importNames: ['env'] })) },
      ],
      'no-restricted-syntax': ['error', NEW_DATE, NON_NULL, DEFAULT_EXPORT],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
    },
  },
  {
    files: ['services/director/**/*.ts', 'packages/wire/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NEW_DATE, NON_NULL, DEFAULT_EXPORT, ...SYNC_FS] },
  },
  {
    files: AMBIENT_ALLOWED,
    rules: {
      'no-console': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-imports': 'off',
    },
  },
  {
    files: AMBIENT_ALLOWED.filter((pattern) => pattern !== 'scripts/**'),
    ignores: ['**/*.mjs'],
    rules: { 'no-restricted-syntax': ['error', NON_NULL, DEFAULT_EXPORT] },
  },
  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': 'off',
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // Asymmetric matchers such as expect.any() are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // The tool demands a default export.
    files: ['vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
