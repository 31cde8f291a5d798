// A whole configuration: its blocks sorted by resource type, read by their tables, checked against each other.
import { FaultList, type ConfigFault, type TextPosition } from './config-fault.ts'
import {
  completeBlock,
  type GivenValues,
  propertyName,
  readBlock,
  type ReadContext,
  type ResourceOf,
  type ResourceType,
} from './directive.ts'
import { didYouMean } from './nearest-name.ts'
import { type BlockNode, type ItemNode, nameKey, type ResourceText } from './resource-text.ts'

/** What the configuration of one daemon, or of the console, is made of. */
export interface ConfigKind {
  readonly title: string
  /** Names of the file or directory that is looked for, the first one that is found counts. */
  readonly names: readonly string[]
  /** In the order of the documentation. */
  readonly types: readonly ResourceType[]
}

export interface ReadEnvironment {
  /** MD5 of a UTF-8 text in lower case hex. */
  md5Hex(text: string): string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Resources of one configuration while it is being read. */
export class ResourceSet implements ReadContext {
  readonly #list = new FaultList()
  readonly #types: ReadonlyMap<string, ResourceType>
  readonly #given = new Map<string, Map<string, GivenValues>>()
  readonly #environment: ReadEnvironment

  constructor(types: readonly ResourceType[], source: ResourceText, environment: ReadEnvironment) {
    this.#environment = environment
    this.#list.faults.push(...source.faults)
    this.#list.warnings.push(...source.warnings)
    this.#types = new Map(
      types.flatMap((type) => [type.name, ...type.aliases].map((word) => [nameKey(word), type])),
    )
    for (const item of source.items) this.#add(item)
  }

  get env(): Readonly<Record<string, string | undefined>> {
    return this.#environment.env
  }

  md5Hex(text: string): string {
    return this.#environment.md5Hex(text)
  }

  fault(at: TextPosition, message: string, hint?: string): void {
    this.#list.fault(at, message, hint)
  }

  warn(at: TextPosition, message: string, hint?: string): void {
    this.#list.warn(at, message, hint)
  }

  #add(item: ItemNode): void {
    const type = this.#types.get(item.key)
    if (type === undefined) {
      const names = new Set([...this.#types.values()].map((known) => known.name))
      const hint = didYouMean(item.name, names)
      this.fault(item.at, `there is no resource type "${item.name}"`, hint)
    } else if (item.kind === 'directive') {
      this.fault(item.at, `"${item.name}" at top level must be followed by a block`)
    } else {
      this.#addBlock(type, item)
    }
  }

  #addBlock(type: ResourceType, block: BlockNode): void {
    const given = readBlock(block, type.rows, titleOf(type, block), this)
    const named = this.#given.get(type.name) ?? new Map<string, GivenValues>()
    this.#given.set(type.name, named)
    const name = givenName(given) ?? ''
    const earlier = named.get(name)
    if (earlier === undefined) {
      named.set(name, given)
    } else if (name !== '') {
      const { file, line } = earlier.at
      this.fault(block.at, `${type.name} "${name}" is defined twice, first at ${file}:${line}`)
    } else completeBlock(given, type.rows, type.name, this)
  }

  /** What was given for the resources of a type, by name; '' for one without a name. */
  given(type: ResourceType): ReadonlyMap<string, GivenValues> {
    return this.#given.get(type.name) ?? new Map<string, GivenValues>()
  }

  /** All resources of a type with their defaults. `adjust` may change what was given before defaults come in. */
  resources<Type extends ResourceType>(
    type: Type,
    adjust: (given: GivenValues) => GivenValues = (given) => given,
  ): Map<string, ResourceOf<Type>> {
    return this.#complete(type, adjust, this)
  }

  #tools(): ReadEnvironment {
    return { env: this.env, md5Hex: (text) => this.md5Hex(text) }
  }

  #complete<Type extends ResourceType>(
    type: Type,
    adjust: (given: GivenValues) => GivenValues,
    context: ReadContext,
  ): Map<string, ResourceOf<Type>> {
    const resources = new Map<string, ResourceOf<Type>>()
    for (const [name, raw] of this.given(type)) {
      const given = adjust(raw)
      this.#checkReferences(type, raw)
      const values = completeBlock(given, type.rows, titleOf(type, given), context)
      if (name !== '') {
        const resource = { resourceType: type.name, source: given.at, ...values }
        resources.set(name, resource as ResourceOf<Type>)
      }
    }
    return resources
  }

  /** As `resources`, of a type whose resources need not be complete. */
  templates<Type extends ResourceType>(type: Type): Map<string, ResourceOf<Type>> {
    const silent = { fault: () => undefined, warn: () => undefined }
    return this.#complete(type, (given) => given, { ...this.#tools(), ...silent })
  }

  /** The one resource of a type that must be there exactly once; undefined after a fault. */
  single<Type extends ResourceType>(type: Type, at: TextPosition): ResourceOf<Type> | undefined {
    const all = [...this.resources(type).values()]
    const [first, second] = all
    if (first === undefined && this.given(type).size === 0) {
      this.fault(at, `a ${type.name} resource is missing`)
    }
    if (second !== undefined) {
      this.fault(second.source, `there must be one ${type.name} resource only`)
    }
    return first
  }

  #checkReferences(type: ResourceType, given: GivenValues): void {
    for (const [rowName, row] of Object.entries(type.rows)) {
      const property = propertyName(rowName)
      const value = given.values.get(property)
      if (row.reference === undefined || value === undefined) continue
      const names = Array.isArray(value) ? (value as readonly string[]) : [value as string]
      const at = given.places.get(property) ?? given.at
      for (const name of names) {
        this.checkReference(row.reference, name, at, `"${rowName}" of ${titleOf(type, given)}`)
      }
    }
  }

  /** Reports a name that no resource of the type has; `by` says who refers to it. */
  checkReference(typeName: string, name: string, at: TextPosition, by: string): void {
    const known = this.#given.get(typeName)
    if (known?.has(name) === true) return
    const hint = didYouMean(name, known?.keys() ?? [])
    this.fault(at, `${by} refers to the ${typeName} "${name}", which is not defined`, hint)
  }

  /** Faults and warnings in the order of the text, each once. */
  report(): { readonly faults: ConfigFault[]; readonly warnings: ConfigFault[] } {
    return { faults: distinct(this.#list.faults), warnings: distinct(this.#list.warnings) }
  }
}

function distinct(faults: readonly ConfigFault[]): ConfigFault[] {
  const seen = new Map(
    faults.map((fault) => [`${fault.file}:${fault.line}:${fault.column}:${fault.message}`, fault]),
  )
  return [...seen.values()].sort(
    (a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line || a.column - b.column,
  )
}

/** `Job "nightly"`, or `Job` while it has no name. */
function titleOf(type: ResourceType, block: BlockNode | GivenValues): string {
  const name = 'values' in block ? givenName(block) : blockName(block)
  return name !== undefined && name !== '' ? `${type.name} "${name}"` : type.name
}

function givenName(given: GivenValues): string | undefined {
  const name = given.values.get('name')
  return typeof name === 'string' ? name : undefined
}

function blockName(block: BlockNode): string | undefined {
  const item = block.items.find((each) => each.key === 'name')
  return item?.kind === 'directive' ? item.tokens[0]?.text : undefined
}
