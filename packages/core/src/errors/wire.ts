// Errors of the area "wire". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const wireErrors = {} as const satisfies Record<string, ErrorEntry>
