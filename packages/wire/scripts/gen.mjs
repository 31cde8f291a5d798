// Writes src/gen from proto/: message interfaces, handler and call interfaces of each service, and the descriptors that
// the codec reads at run time (so that no .proto file is looked for then). `npm run gen` runs it after the build.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSync } from '@grpc/proto-loader'
import { CODEC_OPTIONS } from '../dist/codec-options.js'

const PROTO = fileURLToPath(new URL('../../../proto', import.meta.url))
const GEN = fileURLToPath(new URL('../src/gen', import.meta.url))
const PACKAGE = 'coffer.v1'
const HEADER = '// Generated from proto/ by `npm run gen`; do not edit.\n'

// The record streams carry the one bytes field of RecordBatch and nothing else: callers see those bytes.
const PASS_THROUGH = 'RecordBatch'

// The wire logs in by itself; nobody handles or calls this one.
const INTERNAL_SERVICE = 'Auth'

const SCALARS = { TYPE_STRING: 'string', TYPE_BOOL: 'boolean', TYPE_BYTES: 'bytes' }

function loadProto() {
  const files = readdirSync(join(PROTO, ...PACKAGE.split('.')))
    .filter((name) => name.endsWith('.proto'))
    .sort()
    .map((name) => [...PACKAGE.split('.'), name].join('/'))
  return loadSync(files, { ...CODEC_OPTIONS, includeDirs: [PROTO] })
}

const shortName = (name) => name.split('.').at(-1)
const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1)

/** The TypeScript type of one value of a field, as received or as sent. */
function valueType(field, sent) {
  if (field.type === 'TYPE_MESSAGE') return shortName(field.typeName) + (sent ? 'Init' : '')
  const scalar = SCALARS[field.type] ?? 'number'
  if (scalar === 'bytes') return sent ? 'Uint8Array' : 'Buffer'
  return scalar
}

function fieldLine(field, sent) {
  const value = valueType(field, sent)
  const many = field.label === 'LABEL_REPEATED'
  const optional = !many && field.type === 'TYPE_MESSAGE'
  const type = many ? `readonly ${value}[]` : optional ? `${value} | null` : value
  return sent
    ? `  readonly ${field.name}?: ${type} | undefined\n`
    : `  readonly ${field.name}: ${type}\n`
}

function oneofType(name, type, sent) {
  const [oneof, ...others] = type.oneofDecl
  if (others.length > 0 || type.field.some((field) => field.oneofIndex !== 0)) {
    throw new Error(`${name}: a message with a oneof may hold nothing else`)
  }
  const members = type.field.map(
    (field) =>
      `  | { readonly ${oneof.name}: '${field.name}'; readonly ${field.name}: ${valueType(field, sent)} }\n`,
  )
  return `export type ${name} =\n${members.join('')}`
}

function messageType(type, sent) {
  const name = type.name + (sent ? 'Init' : '')
  if (type.oneofDecl.length > 0) return oneofType(name, type, sent)
  if (type.field.length === 0) return `export type ${name} = Readonly<Record<string, never>>\n`
  return `export interface ${name} {\n${type.field.map((f) => fieldLine(f, sent)).join('')}}\n`
}

function messagesFile(types) {
  const parts = types.flatMap((type) => [messageType(type, false), messageType(type, true)])
  return `${HEADER}// \`X\` is a received message, every field present; \`XInit\` is what may be sent: absent fields stay at their default.\n\n${parts.join('\n')}`
}

function streamKind(method) {
  if (method.requestStream) return 'Duplex'
  return method.responseStream ? 'ServerStream' : 'Unary'
}

function serviceTypes(service, definition) {
  const handlers = []
  const calls = []
  for (const method of Object.values(definition)) {
    const [request, response] = [method.requestType.type.name, method.responseType.type.name]
    const received = (name) => (name === PASS_THROUGH ? 'Buffer' : `m.${name}`)
    const sent = (name) => (name === PASS_THROUGH ? 'Uint8Array' : `m.${name}Init`)
    const name = lowerFirst(method.originalName)
    const kind = streamKind(method)
    handlers.push(`  readonly ${name}: ${kind}<${received(request)}, ${sent(response)}>\n`)
    calls.push(`  readonly ${name}: ${kind}Call<${sent(request)}, ${received(response)}>\n`)
  }
  return `export interface ${service}Handlers {\n${handlers.join('')}}\n\nexport interface ${service}Calls {\n${calls.join('')}}\n`
}

function servicesFile(services) {
  const parts = services.map(([name, definition]) => serviceTypes(shortName(name), definition))
  const imports = ['Duplex', 'DuplexCall', 'ServerStream', 'ServerStreamCall', 'Unary', 'UnaryCall']
  return `${HEADER}import type {\n${imports.map((name) => `  ${name},\n`).join('')}} from '../call.ts'\nimport type * as m from './messages.ts'\n\n${parts.join('\n')}`
}

/** A google.protobuf.FileDescriptorSet: each file as field 1, length-delimited. */
function descriptorSet(definition) {
  const files = new Map()
  for (const entry of Object.values(definition)) {
    for (const file of entry.fileDescriptorProtos ?? []) files.set(file.toString('base64'), file)
  }
  const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
  const parts = [...files.values()].map((file) =>
    Buffer.concat([Buffer.from([0x0a, ...varint(file.length)]), file]),
  )
  return Buffer.concat(parts)
}

function descriptorFile(definition) {
  const lines = descriptorSet(definition)
    .toString('base64')
    .match(/.{1,100}/g)
  return `${HEADER}\n/** A FileDescriptorSet of every .proto file, base64. */\nexport const DESCRIPTOR_SET =\n${lines.map((line) => `  '${line}'`).join(' +\n')}\n`
}

const definition = loadProto()
const entries = Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1))
const isMessage = (entry) => 'format' in entry
mkdirSync(GEN, { recursive: true })
writeFileSync(
  join(GEN, 'messages.ts'),
  messagesFile(entries.filter(([, entry]) => isMessage(entry)).map(([, entry]) => entry.type)),
)
writeFileSync(
  join(GEN, 'services.ts'),
  servicesFile(
    entries.filter(([name, entry]) => !isMessage(entry) && shortName(name) !== INTERNAL_SERVICE),
  ),
)
writeFileSync(join(GEN, 'descriptors.ts'), descriptorFile(definition))
