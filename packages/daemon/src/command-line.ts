// Splits a command line of the configuration into its arguments, as Bareos does: no shell, only quotes.

/** Arguments of a command: white space separates, double and single quotes hold together, a backslash takes the next character. */
export function splitCommand(command: string): string[] {
  const argv: string[] = []
  let current: string | undefined
  let quote = ''
  for (let i = 0; i < command.length; i++) {
    const character = command.charAt(i)
    if (quote !== '' && character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character
      current ??= ''
    } else if (character === '\\' && quote !== "'" && i + 1 < command.length) {
      current = (current ?? '') + command.charAt(++i)
    } else if (quote === '' && /\s/u.test(character)) {
      if (current !== undefined) argv.push(current)
      current = undefined
    } else current = (current ?? '') + character
  }
  if (current !== undefined) argv.push(current)
  return argv
}
