// Errors of the area "filed". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const filedErrors = {
  'attributes-damaged': {
    meaning: 'The attribute record of a file cannot be read.',
    scope: 'item',
    retry: 'never',
    jobStatus: 'W',
    exitCode: 1,
    rpcStatus: 'DATA_LOSS',
    hint: 'The Volume is damaged here; the file is left out. Restore it from another Job or a copy.',
  },
  'relocation-invalid': {
    meaning: 'The text that says where restored files go cannot be understood.',
    scope: 'job',
    retry: 'never',
    jobStatus: 'f',
    exitCode: 1,
    rpcStatus: 'INVALID_ARGUMENT',
    hint: 'Write it as !search!replacement!, several of them with commas between.',
  },
} as const satisfies Record<string, ErrorEntry>
