// Errors of the area "volume". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const volumeErrors = {
  'record-malformed': {
    meaning: 'Bytes that should be whole records are not.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'DATA_LOSS',
    hint: 'This is a defect of the program that sent the records, or of the line between: report it with the lines before it.',
  },
  'record-too-large': {
    meaning: 'A single record exceeds the size that Coffer writes or accepts.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'RESOURCE_EXHAUSTED',
    hint: 'A plugin must cut its data into records of at most 16 MiB.',
  },
  'record-order': {
    meaning: 'Records of a backup came in an order that a Volume may not hold.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'This is a defect of the file daemon: report it with the lines before it.',
  },
  'bootstrap-invalid': {
    meaning: 'The text of a Bootstrap cannot be understood.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Correct the line that is named; a Bootstrap holds lines of the form Keyword=value, each Volume= beginning a new part.',
  },
} as const satisfies Record<string, ErrorEntry>
