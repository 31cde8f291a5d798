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
  'already-running': {
    meaning: 'A daemon of this name runs already in this working directory.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 1,
    rpcStatus: 'ALREADY_EXISTS',
    hint: 'Stop the other one, or give this one another Working Directory.',
  },
  'working-directory-unusable': {
    meaning: 'The daemon cannot keep its files in its working directory.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 1,
    rpcStatus: 'FAILED_PRECONDITION',
    hint: 'Create the Working Directory and let the user of the daemon write to it.',
  },
  'trace-unwritable': {
    meaning: 'The trace file of a daemon cannot be written.',
    scope: 'item',
    retry: 'later',
    exitCode: 1,
    rpcStatus: 'FAILED_PRECONDITION',
    hint: 'It lies in the Working Directory of the daemon: let its user write there.',
  },
  'host-unknown': {
    meaning: 'A daemon cannot find the address of a host.',
    scope: 'item',
    retry: 'later',
    exitCode: 1,
    rpcStatus: 'NOT_FOUND',
    hint: 'Look at /etc/hosts and the name server of the machine where that daemon runs.',
  },
} as const satisfies Record<string, ErrorEntry>
