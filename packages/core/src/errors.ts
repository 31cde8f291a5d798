// The one error class. What it means stands in the error table under its code.
import { type ErrorCode, errorEntry, ERROR_TABLE } from './error-table.ts'
import type { ErrorEntry } from './errors/entry.ts'

/**
 * A failure with a code of the error table. The message says what happened to what: lower case, no full stop, names
 * quoted; it never holds a secret.
 */
export class CofferError extends Error {
  override readonly name = 'CofferError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  get entry(): ErrorEntry {
    return errorEntry(this.code)
  }

  get hint(): string {
    return ERROR_TABLE[this.code].hint
  }
}

/** Any thrown value as an Error; one that is not ours becomes the cause of an `internal-bug`. */
export function toCofferError(thrown: unknown): CofferError {
  if (thrown instanceof CofferError) return thrown
  return new CofferError('internal-bug', messageOf(thrown), { cause: thrown })
}

/** The text of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
