// What an error of the database or of the connection to it means here.
import { CofferError, type ErrorCode, messageOf } from '@coffer/core'

const UNIQUE_VIOLATION = '23505'

/** Any error of pg as a CofferError: `catalog-lost`, `catalog-full`, `catalog-unreachable` or `catalog-query`. */
export function toCatalogError(thrown: unknown): CofferError {
  if (thrown instanceof CofferError) return thrown
  const code = meaningOf(thrown)
  return new CofferError(code, `PostgreSQL: ${messageOf(thrown)}`, { cause: thrown })
}

/** Whether a row with that key is there already. */
export function isUniqueViolation(thrown: unknown): boolean {
  return sqlState(thrown instanceof CofferError ? thrown.cause : thrown) === UNIQUE_VIOLATION
}

/** Whether the session ended under the statement: what it did is undone, or unknown if it was a COMMIT. */
export function isConnectionLost(thrown: unknown): boolean {
  return thrown instanceof CofferError && thrown.code === 'catalog-lost'
}

/** Whether the server is there and does not let us in. */
export function isUnreachable(thrown: unknown): boolean {
  return thrown instanceof CofferError && thrown.code === 'catalog-unreachable'
}

function meaningOf(thrown: unknown): ErrorCode {
  const state = sqlState(thrown)
  // No SQLSTATE: it is not the server that speaks, but the connection that failed.
  if (state === undefined) return 'catalog-lost'
  if (state.startsWith('08') || state.startsWith('57P')) return 'catalog-lost'
  // Disk full, out of memory, too many connections, limits of configuration.
  if (state.startsWith('53')) return 'catalog-full'
  if (state.startsWith('28') || state === '3D000') return 'catalog-unreachable'
  return 'catalog-query'
}

/** Five characters of class and kind. Source: PostgreSQL's documentation, appendix "Error Codes". */
function sqlState(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' &&
    /^[0-9A-Z]{5}$/u.test(thrown.code) &&
    'severity' in thrown
    ? thrown.code
    : undefined
}
