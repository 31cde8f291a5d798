// Errors of the area "volume". Codes are stable and never reused.
import type { ErrorEntry } from './entry.ts'

export const volumeErrors = {} as const satisfies Record<string, ErrorEntry>
