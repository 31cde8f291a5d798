// Errors of a daemon as a process. Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const daemonErrors = {
  'internal-bug': {
    meaning: 'An invariant of the program itself did not hold.',
    scope: 'daemon',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INTERNAL',
    hint: 'This is a defect of Coffer: please report it with the lines before it.',
  },
} as const satisfies Record<string, ErrorEntry>
