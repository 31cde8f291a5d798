// The kinds of values that directives have, each with how it is read from and written to configuration text.
import {
  type DirectiveRow,
  type ReadContext,
  row,
  type RowOptions,
  type ValueType,
} from './directive.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { didYouMean } from './nearest-name.ts'
import {
  type DirectiveNode,
  type ItemNode,
  nameKey,
  quoteText,
  valueList,
  valueText,
} from './resource-text.ts'
import { Secret } from './secret.ts'
import { maskPluginSecrets } from './plugin-definition.ts'
import { formatSize, parseSize } from './size.ts'

const MAX_NAME_LENGTH = 127
const MAX_COUNT = 2 ** 31 - 1

/** The node when it is `Name = value`, else a fault. */
export function expectDirective(node: ItemNode, context: ReadContext): DirectiveNode | undefined {
  if (node.kind === 'directive') return node
  context.fault(node.at, `"${node.name}" takes a value, not a block`)
  return undefined
}

/** A value that is one text; `parse` yields undefined when the text is none. */
export function textual<Value>(options: {
  readonly label: string
  readonly expected: string
  parse(text: string, context: ReadContext): Value | undefined
  format(value: Value): string
}): ValueType<Value> {
  return {
    label: options.label,
    read: (node, context) => {
      const directive = expectDirective(node, context)
      if (directive === undefined || directive.tokens.length === 0) return undefined
      const value = options.parse(valueText(directive), context)
      if (value === undefined) {
        const message = `"${node.name}" must be ${options.expected}, not "${valueText(directive)}"`
        context.fault(directive.valueAt, message)
      }
      return value
    },
    show: (value) => [options.format(value)],
  }
}

const textType = textual<string>({
  label: 'text',
  expected: 'a text',
  parse: (text) => text,
  format: quoteText,
})

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['on', true],
  ['no', false],
  ['false', false],
  ['off', false],
])

const yesNoType = textual<boolean>({
  label: 'yes or no',
  expected: 'yes or no',
  parse: (word) => BOOLEANS.get(word.toLowerCase()),
  format: (value) => (value ? 'Yes' : 'No'),
})

function countType(least: number, most: number): ValueType<number> {
  return textual<number>({
    label: 'number',
    expected: `a whole number from ${least} to ${most}`,
    parse: (digits) => {
      const count = /^-?\d+$/u.test(digits) ? Number(digits) : Number.NaN
      return count >= least && count <= most ? count : undefined
    },
    format: String,
  })
}

const sizeType = textual<number>({
  label: 'size',
  expected: 'a size such as "10 gb"',
  parse: parseSize,
  format: formatSize,
})

const speedType = textual<number>({
  label: 'speed',
  expected: 'a speed such as "10 mb/s"',
  parse: (text) => parseSize(text.replace(/\/s\s*$/iu, '')),
  format: (value) => `${formatSize(value)}/s`,
})

const durationType = textual<number>({
  label: 'time',
  expected: 'a time such as "3 days 2 hours"',
  parse: parseDuration,
  format: (seconds) => (seconds === 0 ? '0' : formatDuration(seconds)),
})

const pathType: ValueType<string> = {
  ...textual<string>({
    label: 'path',
    expected: 'a path',
    parse: (path, context) => (path.startsWith('|') ? path : expandPath(path, context.env)),
    format: quoteText,
  }),
}

/** A leading `~` and `$NAME` or `${NAME}` of the environment; an unknown name stays as it is. */
function expandPath(path: string, env: Readonly<Record<string, string | undefined>>): string {
  return path
    .replace(/^~(?=\/|$)/u, () => env['HOME'] ?? '~')
    .replace(
      /\$(?:\{(\w+)\}|(\w+))/gu,
      (whole, braced?: string, bare?: string) => env[braced ?? bare ?? ''] ?? whole,
    )
}

/** Name of a resource: not empty, at most 127 characters, none that would need to be written as an escape. */
function checkName(name: string): string | undefined {
  const isSound =
    name !== '' && name.length <= MAX_NAME_LENGTH && !/[\u0000-\u001f"\\{}]/u.test(name)
  return isSound ? name : undefined
}

const nameType = textual<string>({
  label: 'name',
  expected: `a name of 1 to ${MAX_NAME_LENGTH} plain characters`,
  parse: checkName,
  format: quoteText,
})

const MD5_HEX = /^\[md5\]([0-9a-f]{32})$/iu

const passwordType: ValueType<Secret> = {
  label: 'password',
  read: (node, context) => {
    const directive = expectDirective(node, context)
    if (directive === undefined || directive.tokens.length === 0) return undefined
    const text = valueText(directive)
    const hex = MD5_HEX.exec(text)?.[1]
    if (/^\[md5\]/iu.test(text) && hex === undefined) {
      context.fault(
        directive.valueAt,
        `"${node.name}" begins with [md5] but no 32 hex digits follow`,
      )
      return undefined
    }
    return new Secret(hex?.toLowerCase() ?? context.md5Hex(text))
  },
  show: () => ['"***"'],
}

const clearSecretType: ValueType<Secret> = {
  label: 'password',
  read: (node, context) => {
    const directive = expectDirective(node, context)
    return directive && new Secret(valueText(directive))
  },
  show: () => ['"***"'],
}

/** Texts in a list; commas separate them when `split`, each further directive adds to them. */
export function listType(label: string, split: boolean): ValueType<readonly string[]> {
  return {
    label,
    read: (node, context) => {
      const directive = expectDirective(node, context)
      if (directive === undefined) return undefined
      if (!split) return directive.tokens.length === 0 ? [] : [valueText(directive)]
      return valueList(directive).map((part) => part.text)
    },
    join: (earlier, later) => [...earlier, ...later],
    show: (texts) => texts.map(quoteText),
  }
}

const pluginListType: ValueType<readonly string[]> = {
  ...listType('plugin:name=value:…, repeatable', false),
  show: (definitions) => definitions.map((text) => quoteText(maskPluginSecrets(text))),
}

/** One of some words, case aside; `words` maps each as it is written to its value. */
export function keywordType<const Value extends string | number | boolean>(
  words: Readonly<Record<string, Value>>,
  options: { readonly quoted?: boolean } = {},
): ValueType<Value> {
  const values = new Map(Object.entries(words).map(([word, value]) => [nameKey(word), value]))
  const names = Object.keys(words)
  return {
    label: names.join(', '),
    read: (node, context) => {
      const directive = expectDirective(node, context)
      if (directive === undefined || directive.tokens.length === 0) return undefined
      const word = valueText(directive)
      const value = values.get(nameKey(word))
      if (value === undefined) {
        const hint = didYouMean(word, names) ?? `Known are ${names.join(', ')}.`
        context.fault(directive.valueAt, `"${node.name}" cannot be "${word}"`, hint)
      }
      return value
    },
    show: (value) => {
      const word = names.find((name) => words[name] === value) ?? String(value)
      return [options.quoted === true ? quoteText(word) : word]
    },
  }
}

type Made<Value, Options> = DirectiveRow<
  Options extends { readonly default: unknown } | { readonly required: true }
    ? Value
    : Value | undefined
>
type Opts<Value> = RowOptions<Value>

export const text = <const O extends Opts<string>>(options: O & Opts<string>): Made<string, O> =>
  row(textType, options)
export const name = <const O extends Opts<string>>(options: O & Opts<string>): Made<string, O> =>
  row(nameType, options)
export const path = <const O extends Opts<string>>(options: O & Opts<string>): Made<string, O> =>
  row(pathType, options)
export const yesNo = <const O extends Opts<boolean>>(
  options: O & Opts<boolean>,
): Made<boolean, O> => row(yesNoType, options)
/** A whole number, from 0 unless `least` is given. */
export const count = <const O extends Opts<number> & { least?: number; most?: number }>(
  options: O & Opts<number>,
): Made<number, O> => row(countType(options.least ?? 0, options.most ?? MAX_COUNT), options)
export const port = <const O extends Opts<number>>(options: O & Opts<number>): Made<number, O> =>
  row(countType(1, 65535), options)
/** Bytes. */
export const size = <const O extends Opts<number>>(options: O & Opts<number>): Made<number, O> =>
  row(sizeType, options)
/** Bytes per second. */
export const speed = <const O extends Opts<number>>(options: O & Opts<number>): Made<number, O> =>
  row(speedType, options)
/** Seconds. */
export const duration = <const O extends Opts<number>>(
  options: O & Opts<number>,
): Made<number, O> => row(durationType, options)
/** The MD5 hex of a password, as a Secret. */
export const password = <const O extends Opts<Secret>>(
  options: O & Opts<Secret>,
): Made<Secret, O> => row(passwordType, options)
/** A secret kept as it is written. */
export const clearSecret = <const O extends Opts<Secret>>(
  options: O & Opts<Secret>,
): Made<Secret, O> => row(clearSecretType, options)

type ListOptions = Omit<Opts<readonly string[]>, 'default' | 'required'> & {
  readonly required?: true
}
type ListRow = DirectiveRow<readonly string[]>
type Needed = Opts<readonly string[]> & { readonly required: true }
type Empty = Opts<readonly string[]> & { readonly default: readonly string[] }

function listRow(
  type: ValueType<readonly string[]>,
  options: ListOptions,
  reference?: string,
): ListRow {
  const { required, ...rest } = options
  if (required === true)
    return row<readonly string[], Needed>(type, { ...rest, required }, reference)
  return row<readonly string[], Empty>(type, { ...rest, default: [] }, reference)
}

/** Texts, one per directive. */
export const texts = (options: ListOptions): ListRow =>
  listRow(listType('text, repeatable', false), options)
/** Plugins with their options, one per directive; passwords in them are masked when they are shown. */
export const pluginTexts = (options: ListOptions): ListRow => listRow(pluginListType, options)
/** Texts between commas. */
export const textList = (options: ListOptions): ListRow =>
  listRow(listType('list of texts', true), options)
/** Name of another resource. */
export const reference = <const O extends Opts<string>>(
  type: string,
  options: O & Opts<string>,
): Made<string, O> => row<string, O>({ ...nameType, label: `name of a ${type}` }, options, type)
/** Names of other resources between commas. */
export const references = (type: string, options: ListOptions): ListRow =>
  listRow(listType(`names of ${type} resources`, true), options, type)
/** One of some words; "quoted" ones are shown in quotes. */
export const keyword = <const Value extends string | number | boolean, const O extends Opts<Value>>(
  words: Readonly<Record<string, Value>>,
  options: O & Opts<Value> & { readonly quoted?: boolean },
): Made<Value, O> => row<Value, O>(keywordType(words, options), options)
