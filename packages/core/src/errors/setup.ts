// Errors of init, up, down and quickstart. Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const setupErrors = {
  'command-line': {
    meaning:
      'A command was called with arguments that it does not know or lacks one that it needs.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 41,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Call it with --help.',
  },
  'init-not-empty': {
    meaning: '`coffer init` was pointed at a directory that holds something.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 1,
    rpcStatus: 'ALREADY_EXISTS',
    hint: 'Name a new or empty directory.',
  },
  'init-bad-port': {
    meaning: 'The port base of `coffer init` leaves no room for four ports.',
    scope: 'daemon',
    retry: 'never',
    exitCode: 41,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Choose a number from 1 to 65532; the four ports from it on must be free.',
  },
  'up-failed': {
    meaning: 'A daemon that `coffer up` started ended before it was ready.',
    scope: 'daemon',
    retry: 'later',
    exitCode: 1,
    rpcStatus: 'UNAVAILABLE',
    hint: 'The lines before this one, or the log file named, say why; mend that and start again.',
  },
  'down-failed': {
    meaning: 'A daemon did not stop within the time that `coffer down` gives it.',
    scope: 'daemon',
    retry: 'later',
    exitCode: 1,
    rpcStatus: 'DEADLINE_EXCEEDED',
    hint: 'A Job may still be ending: look at `status`, wait, and try again.',
  },
} as const satisfies Record<string, ErrorEntry>
