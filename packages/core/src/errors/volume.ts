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
  'volume-label-invalid': {
    meaning: 'A label on a Volume cannot be understood.',
    scope: 'volume',
    retry: 'never',
    jobStatus: 'E',
    exitCode: 1,
    rpcStatus: 'DATA_LOSS',
    hint: 'Check with `coffer bls -L` what the file holds; it may be no Volume, or a damaged one.',
  },
  'volume-name-illegal': {
    meaning: 'A name was given to a Volume that no Volume may have.',
    scope: 'volume',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Use at most 127 letters, digits and the characters "-", "_", "." and ":".',
  },
} as const satisfies Record<string, ErrorEntry>
