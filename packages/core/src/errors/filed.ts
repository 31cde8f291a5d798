// Errors of the area "filed". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const filedErrors = {} as const satisfies Record<string, ErrorEntry>
