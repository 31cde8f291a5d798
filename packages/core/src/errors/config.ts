// Errors of the area "config". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const configErrors = {
  'config-invalid': {
    meaning: 'The configuration has faults; all of them are listed with file, line and column.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 42,
    rpcStatus: 'FAILED_PRECONDITION',
    hint: 'Correct the lines that are named, then test with `coffer <daemon> -c PATH -t`.',
  },
  'config-not-found': {
    meaning: 'No configuration was found where one was looked for.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 42,
    rpcStatus: 'NOT_FOUND',
    hint: 'Name a configuration file, or a directory that holds one, with -c.',
  },
} as const satisfies Record<string, ErrorEntry>
