// Errors of the area "config". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const configErrors = {} as const satisfies Record<string, ErrorEntry>
