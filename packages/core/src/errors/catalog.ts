// Errors of the area "catalog". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const catalogErrors = {} as const satisfies Record<string, ErrorEntry>
