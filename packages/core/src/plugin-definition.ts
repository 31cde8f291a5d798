// The text that names a plugin and its options, as FileSets and "Plugin Options" directives hold it.
import { CofferError } from './errors.ts'

/** "python3:module_path=/p:module_name=m" taken apart. */
export interface PluginDefinition {
  /** The word before the first colon: "python3", "bpipe", "nsca". */
  readonly plugin: string
  /** Options in the order in which they were given; a name may come more than once. */
  readonly options: readonly PluginOption[]
}

export interface PluginOption {
  readonly name: string
  readonly value: string
}

const SECRET_OPTION = /(:\s*(?:[\w-]*(?:password|secret|token))\s*=)(?:\\.|[^\\:])*/giu

/**
 * Takes a definition apart: `plugin:name=value:name=value`. A colon within a value is written `\:`. White space around
 * an option is left out, so that a long text may be wrapped after a colon.
 * @throws CofferError plugin-definition
 */
export function parsePluginDefinition(text: string): PluginDefinition {
  const [plugin = '', ...rest] = splitUnescaped(text)
  const name = plugin.trim()
  if (!/^[\w-]+$/u.test(name)) {
    throw new CofferError(
      'plugin-definition',
      `"${shown(text)}" does not begin with a plugin's name`,
    )
  }
  const options = rest.map((part) => part.trim()).filter((part) => part !== '')
  return { plugin: name, options: options.map((part) => parseOption(part, name)) }
}

/** The definition with the values of passwords, secrets and tokens masked, for whatever is shown. */
export function maskPluginSecrets(text: string): string {
  return text.replaceAll(SECRET_OPTION, '$1***')
}

function parseOption(part: string, plugin: string): PluginOption {
  const equals = part.indexOf('=')
  const name = part.slice(0, equals).trim()
  if (equals > 0 && name !== '') return { name, value: part.slice(equals + 1) }
  throw new CofferError(
    'plugin-definition',
    `an option of the plugin "${plugin}" is not of the form name=value`,
  )
}

function splitUnescaped(text: string): string[] {
  const parts: string[] = []
  let part = ''
  for (const [piece] of text.matchAll(/\\:|[^:\\]+|\\|:/gu)) {
    if (piece === ':') {
      parts.push(part)
      part = ''
    } else part += piece === '\\:' ? ':' : piece
  }
  return [...parts, part]
}

function shown(text: string): string {
  const masked = maskPluginSecrets(text)
  return masked.length > 60 ? `${masked.slice(0, 60)}…` : masked
}
