// What a command line that cannot be understood leads to.
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
