// Errors of the area "job". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const jobErrors = {} as const satisfies Record<string, ErrorEntry>
