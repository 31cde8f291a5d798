// Errors of the area "device". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const deviceErrors = {} as const satisfies Record<string, ErrorEntry>
