// Errors of the area "plugin". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const pluginErrors = {
  'plugin-definition': {
    meaning:
      'The text that names a plugin and its options is not of the form plugin:name=value:name=value.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Write a colon within a value as `\\:`.',
  },
  'plugin-option': {
    meaning: 'A plugin was given an option that it cannot use, or lacks one that it needs.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'See docs/monitoring.md for the options of the senders, docs/plugins.md for those of other plugins.',
  },
  'plugin-delivery': {
    meaning: 'The end of a Job could not be reported to a monitoring system.',
    scope: 'item',
    retry: 'later',
    exitCode: 1,
    rpcStatus: 'UNAVAILABLE',
    hint: 'The Job itself is not affected. Check the address, the port and the password of the monitoring system.',
  },
} as const satisfies Record<string, ErrorEntry>
