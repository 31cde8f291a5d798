// Errors of the area "console". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const consoleErrors = {} as const satisfies Record<string, ErrorEntry>
