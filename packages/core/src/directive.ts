// Typed directive tables: what a row is, which type a resource gets from its rows, and how a block is read by them.
import { type TextPosition } from './config-fault.ts'
import { didYouMean } from './nearest-name.ts'
import { type BlockNode, type ItemNode, nameKey } from './resource-text.ts'

/** What reading a value may use; all of it is passed in. */
export interface ReadContext {
  fault(at: TextPosition, message: string, hint?: string): void
  warn(at: TextPosition, message: string, hint?: string): void
  /** MD5 of a UTF-8 text in lower case hex. */
  md5Hex(text: string): string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** How a kind of value is read and written. */
export interface ValueType<Value> {
  /** What the documentation calls it. */
  readonly label: string
  /** The value, or undefined after a fault was reported. */
  read(node: ItemNode, context: ReadContext): Value | undefined
  /** Present when the directive may be repeated: both values as one. */
  join?(earlier: Value, later: Value): Value
  /** What to write after the name, once per element, so that `read` and `join` yield the value again. */
  show(value: Value): readonly string[]
  /** How the default is written in the documentation, when it is not what `show` gives. */
  readonly defaultText?: string
  /** Rows of a block value, for the documentation. */
  readonly rows?: DirectiveRows
}

export type DirectiveStatus = 'active' | 'inactive' | 'deprecated'

export interface DirectiveRow<Value = unknown> {
  readonly type: ValueType<unknown>
  /** Value of a directive that is not given; undefined when it then has none. */
  readonly initial: Value
  readonly required: boolean
  /** `inactive`: read and kept, but not acted on. `deprecated`: read for old files only. */
  readonly status: DirectiveStatus
  /** An inactive directive with this value needs no warning: it asks for what happens anyway. */
  readonly inert?: unknown
  readonly aliases: readonly string[]
  /** Resource type that the value names. */
  readonly reference?: string
  /** Shown even when it has its default. */
  readonly shown: boolean
  /** How it is shown, when not as its name without spaces. */
  readonly shownAs?: string
  readonly about: string
}

export type DirectiveRows = Readonly<Record<string, DirectiveRow>>

export interface RowOptions<Value> {
  readonly about: string
  readonly default?: Value
  readonly required?: true
  readonly status?: 'inactive' | 'deprecated'
  readonly inert?: NoInfer<Value>
  readonly aliases?: readonly string[]
  readonly shown?: true
  readonly shownAs?: string
}

type Given<Value, Options> = Options extends
  | { readonly default: unknown }
  | { readonly required: true }
  ? Value
  : Value | undefined

/** A row of a table. Its value has a type without `undefined` when it is required or has a default. */
export function row<Value, const Options extends RowOptions<Value>>(
  type: ValueType<Value>,
  options: Options & RowOptions<Value>,
  reference?: string,
): DirectiveRow<Given<Value, Options>> {
  return {
    type,
    initial: options.default as Given<Value, Options>,
    required: options.required ?? false,
    status: options.status ?? 'active',
    ...('inert' in options ? { inert: options.inert } : {}),
    aliases: options.aliases ?? [],
    shown: options.shown ?? false,
    ...(options.shownAs === undefined ? {} : { shownAs: options.shownAs }),
    ...(reference === undefined ? {} : { reference }),
    about: options.about,
  }
}

type JoinWords<Name extends string> = Name extends `${infer First} ${infer Rest}`
  ? `${Capitalize<Lowercase<First>>}${JoinWords<Rest>}`
  : Capitalize<Lowercase<Name>>

/** "TLS CA Certificate File" as tlsCaCertificateFile. */
export type PropertyName<Name extends string> = Uncapitalize<JoinWords<Name>>

type Flat<Shape> = { [Key in keyof Shape]: Shape[Key] }

/** The object that a block becomes by its rows. */
export type ValuesOf<Rows extends DirectiveRows> = {
  readonly [Name in keyof Rows & string as PropertyName<Name>]: Rows[Name] extends DirectiveRow<
    infer Value
  >
    ? Value
    : never
}

export interface ResourceType<
  Name extends string = string,
  Rows extends DirectiveRows = DirectiveRows,
> {
  readonly name: Name
  readonly about: string
  readonly aliases: readonly string[]
  readonly rows: Rows
}

/** A resource as the daemons see it. */
export type ResourceOf<Type extends ResourceType> = Flat<
  { readonly resourceType: Type['name']; readonly source: TextPosition } & ValuesOf<Type['rows']>
>

export function resourceType<const Name extends string, const Rows extends DirectiveRows>(type: {
  name: Name
  about: string
  aliases?: readonly string[]
  rows: Rows
}): ResourceType<Name, Rows> {
  return { aliases: [], ...type }
}

const PROPERTY_NAMES = new Map<string, string>()

/** "TLS CA Certificate File" to "tlsCaCertificateFile". */
export function propertyName(name: string): string {
  let property = PROPERTY_NAMES.get(name)
  if (property === undefined) {
    const [first = '', ...rest] = name.toLowerCase().split(' ')
    property = first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
    PROPERTY_NAMES.set(name, property)
  }
  return property
}

/** One block by its rows, before defaults: the values that were given, by property name, and where. */
export interface GivenValues {
  readonly at: TextPosition
  readonly values: Map<string, unknown>
  readonly places: Map<string, TextPosition>
}

const LEARNED = new WeakMap<DirectiveRows, ReadonlyMap<string, string>>()

/** Names and aliases of the rows, as keys, with the row's name. */
function rowNames(rows: DirectiveRows): ReadonlyMap<string, string> {
  const known = LEARNED.get(rows)
  if (known !== undefined) return known
  const names = new Map<string, string>()
  for (const [name, { aliases }] of Object.entries(rows)) {
    for (const each of [name, ...aliases]) names.set(nameKey(each), name)
  }
  LEARNED.set(rows, names)
  return names
}

/** Reads a block. What is wrong is reported and left out, so that all faults come at once. */
export function readBlock(
  block: BlockNode,
  rows: DirectiveRows,
  title: string,
  context: ReadContext,
): GivenValues {
  const given: GivenValues = { at: block.at, values: new Map(), places: new Map() }
  for (const item of block.items) {
    const name = rowNames(rows).get(item.key)
    const found = name === undefined ? undefined : rows[name]
    if (name === undefined || found === undefined) {
      const hint = didYouMean(item.name, Object.keys(rows))
      context.fault(item.at, `${title} has no directive "${item.name}"`, hint)
    } else {
      const value = found.type.read(item, context)
      if (value !== undefined) take(given, { name, row: found, item, value, title }, context)
    }
  }
  return given
}

interface TakenDirective {
  readonly name: string
  readonly row: DirectiveRow
  readonly item: ItemNode
  readonly value: unknown
  readonly title: string
}

function take(given: GivenValues, taken: TakenDirective, context: ReadContext): void {
  const { name, row, item } = taken
  const property = propertyName(name)
  const earlier = given.values.get(property)
  let { value } = taken
  if (earlier !== undefined) {
    if (row.type.join === undefined) {
      context.warn(item.at, `"${name}" is given twice, only this one counts`)
    } else value = row.type.join(earlier, value)
  }
  if (!given.places.has(property)) warnOfStatus(taken, context)
  given.values.set(property, value)
  given.places.set(property, item.at)
}

function warnOfStatus(
  { name, row, item, value, title }: TakenDirective,
  context: ReadContext,
): void {
  if (row.status === 'active' || ('inert' in row && isSame(row.inert, value))) return
  const message =
    row.status === 'inactive'
      ? `"${name}" of ${title} is not acted on`
      : `"${name}" of ${title} is deprecated and not acted on`
  context.warn(item.at, message)
}

/** Whether two values of directives are equal: texts, numbers, lists and plain objects of them. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Gives what was not given its default; a required directive that is missing is a fault. */
export function completeBlock<Rows extends DirectiveRows>(
  given: GivenValues,
  rows: Rows,
  title: string,
  context: ReadContext,
): ValuesOf<Rows> {
  const values: Record<string, unknown> = {}
  for (const [name, found] of Object.entries(rows)) {
    const property = propertyName(name)
    values[property] = given.values.has(property) ? given.values.get(property) : found.initial
    if (found.required && values[property] === undefined) {
      context.fault(given.at, `${title} needs the directive "${name}"`)
    }
  }
  return values as ValuesOf<Rows>
}

/** Two levels of settings, such as a Job over its JobDefs: `own` values win, repeatable ones named in `merged` join. */
export function inherit(
  own: GivenValues,
  parent: GivenValues,
  rows: DirectiveRows,
  merged: ReadonlySet<string>,
): GivenValues {
  const values = new Map([...parent.values, ...own.values])
  for (const [name, { type }] of Object.entries(rows)) {
    const property = propertyName(name)
    const [inherited, ownValue] = [parent.values.get(property), own.values.get(property)]
    if (!merged.has(property) || inherited === undefined || ownValue === undefined) continue
    values.set(property, type.join?.(inherited, ownValue) ?? ownValue)
  }
  return { at: own.at, values, places: new Map([...parent.places, ...own.places]) }
}
