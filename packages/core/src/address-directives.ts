// Where a daemon listens: address, port and the block that lists several of both.
import { type TextPosition } from './config-fault.ts'
import { type ReadContext, row, type ValueType } from './directive.ts'
import { expectDirective, port, text } from './directive-values.ts'
import { type BlockNode, type ItemNode, quoteText, valueText } from './resource-text.ts'

export interface ListenAddress {
  readonly family: 'ip' | 'ipv4' | 'ipv6'
  /** Name or number; undefined for all addresses of the family. */
  readonly host: string | undefined
  /** Undefined for the port of the resource. */
  readonly port: number | undefined
}

const FAMILIES: ReadonlySet<string> = new Set(['ip', 'ipv4', 'ipv6'])

const addressesType: ValueType<readonly ListenAddress[]> = {
  label: 'block of ip, ipv4 and ipv6 blocks with addr and port',
  read: (node, context) => {
    if (node.kind === 'block') return node.items.flatMap((item) => readAddress(item, context) ?? [])
    context.fault(node.at, `"${node.name}" takes a block`)
    return undefined
  },
  join: (earlier, later) => [...earlier, ...later],
  show: (addresses) => [showAddresses(addresses)],
}

function readAddress(node: ItemNode, context: ReadContext): ListenAddress | undefined {
  if (node.kind !== 'block' || !FAMILIES.has(node.key)) {
    context.fault(node.at, `"${node.name}" is no address family`, 'Known are ip, ipv4 and ipv6.')
    return undefined
  }
  return {
    family: node.key as ListenAddress['family'],
    host: addressPart(node, 'addr', context)?.text,
    port: readPort(addressPart(node, 'port', context), context),
  }
}

interface AddressPart {
  readonly text: string
  readonly at: TextPosition
}

function addressPart(
  block: BlockNode,
  wanted: 'addr' | 'port',
  context: ReadContext,
): AddressPart | undefined {
  let found: AddressPart | undefined
  for (const item of block.items) {
    if (item.key === wanted) {
      const directive = expectDirective(item, context)
      found = directive && { text: valueText(directive), at: directive.valueAt }
    } else if (wanted === 'addr' && item.key !== 'port') {
      context.fault(item.at, `"${item.name}" is not known here`, 'Known are addr and port.')
    }
  }
  return found
}

function readPort(part: AddressPart | undefined, context: ReadContext): number | undefined {
  if (part === undefined) return undefined
  const number = /^\d{1,5}$/u.test(part.text) ? Number(part.text) : 0
  if (number >= 1 && number <= 65535) return number
  context.fault(part.at, `"port" must be a number from 1 to 65535, not "${part.text}"`)
  return undefined
}

function showAddresses(addresses: readonly ListenAddress[]): string {
  const blocks = addresses.map(({ family, host, port: number }) => {
    const lines = [
      ...(host === undefined ? [] : [`addr = ${quoteText(host)}`]),
      ...(number === undefined ? [] : [`port = ${number}`]),
    ]
    return `  ${family} = {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`
  })
  return `{\n${blocks.join('')}}`
}

/** Rows of a daemon that listens; `prefix` is the older name of them ("Dir" for DirPort). */
export function listenRows<const Prefix extends string>(prefix: Prefix, defaultPort: number) {
  return {
    Address: text({
      aliases: [`${prefix} Address`],
      about: 'Address to listen on; all when none is given.',
    }),
    Addresses: row(addressesType, {
      default: [],
      aliases: [`${prefix} Addresses`],
      about: 'Several addresses and ports to listen on.',
    }),
    Port: port({
      default: defaultPort,
      aliases: [`${prefix} Port`],
      about: 'TCP port to listen on.',
    }),
    'Source Address': text({
      aliases: [`${prefix} Source Address`],
      status: 'inactive',
      about: 'Address that connections go out from.',
    }),
  } as const
}

/** Where to listen, with nothing left open: `::` stands for all addresses of both families. */
export function listenAddresses(resource: {
  readonly address: string | undefined
  readonly addresses: readonly ListenAddress[]
  readonly port: number
}): { host: string; port: number }[] {
  const listed = resource.addresses.map((each) => ({
    host: each.host ?? (each.family === 'ipv4' ? '0.0.0.0' : '::'),
    port: each.port ?? resource.port,
  }))
  if (resource.address !== undefined)
    listed.unshift({ host: resource.address, port: resource.port })
  return listed.length > 0 ? listed : [{ host: '::', port: resource.port }]
}
