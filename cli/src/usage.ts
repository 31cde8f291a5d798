// How a command line is understood, and what it leads to when it cannot be.
import { CofferError, messageOf } from '@coffer/core'

/**
 * The result of `parse`; whatever it throws becomes `usage` with the help text.
 * @throws CofferError command-line (exit code 41)
 */
export function usage<Result>(help: string, parse: () => Result): Result {
  try {
    return parse()
  } catch (error) {
    throw new CofferError('command-line', `${messageOf(error)}\n\n${help}`)
  }
}

/** The one directory that a command takes; throws a plain Error for `usage` to explain. */
export function oneDirectory(positionals: readonly string[]): string {
  const [directory, extra] = positionals
  if (directory === undefined || extra !== undefined) throw new Error('one directory is needed')
  return directory
}
