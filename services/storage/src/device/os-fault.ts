// What the operating system says when a Volume file cannot be had, as an error of ours.
import { CofferError, type ErrorCode } from '@coffer/core'

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'device-full',
  EDQUOT: 'device-full',
  EFBIG: 'device-full',
  EACCES: 'device-denied',
  EPERM: 'device-denied',
  EROFS: 'device-denied',
  ENOENT: 'device-missing',
  ENOTDIR: 'device-missing',
}

/** `action` says what was tried: "write", "open". */
export function deviceFault(error: unknown, action: string, path: string): CofferError {
  if (error instanceof CofferError) return error
  const errno = errnoOf(error)
  const code = (errno === undefined ? undefined : CODES[errno]) ?? 'device-io'
  const reason = error instanceof Error ? error.message : String(error)
  return new CofferError(code, `cannot ${action} "${path}": ${reason}`, { cause: error })
}

/** "ENOENT" and its kind, when the error is the operating system's. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
