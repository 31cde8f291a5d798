// Splits a command line of the configuration into its arguments, as Bareos does: no shell, only quotes.

const ARGUMENT = /(?:[^\s"'\\]|\\.?|"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$))+/gsu
const PART = /\\(.)|"((?:[^"\\]|\\.)*)(?:"|$)|'([^']*)(?:'|$)/gsu

/**
 * Arguments of a command: white space separates, double and single quotes hold together, a backslash outside of single
 * quotes takes the next character as it is.
 */
export function splitCommand(command: string): string[] {
  return (command.match(ARGUMENT) ?? []).map((argument) => argument.replace(PART, unquoted))
}

function unquoted(
  _whole: string,
  escaped: string | undefined,
  inDouble: string | undefined,
  inSingle: string | undefined,
): string {
  return escaped ?? inDouble?.replace(/\\(.)/gsu, '$1') ?? inSingle ?? ''
}
