// The methods of every service as a table: path, kind, limits, and how their messages become bytes and back.
import { CofferError } from '@coffer/core'
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader'
import { BufferPool } from './buffer-pool.ts'
import { CODEC_OPTIONS } from './codec-options.ts'
import { DESCRIPTOR_SET } from './gen/descriptors.ts'
import { MAX_CONTROL_MESSAGE_BYTES, MAX_DATA_MESSAGE_BYTES } from './limits.ts'
import { decodeRecordBatch, RECORD_BATCH_OVERHEAD_BYTES, writeRecordBatch } from './pass-through.ts'

type MethodKind = 'unary' | 'serverStream' | 'duplex'

/** A message as bytes that are lent: after `release` they may hold something else. */
export interface Encoded {
  readonly bytes: Buffer
  readonly release: () => void
}

export interface Method {
  /** "/coffer.v1.StorageData/Append" */
  readonly path: string
  /** "append", as handlers and callers name it. */
  readonly name: string
  readonly kind: MethodKind
  readonly request: MessageCodec
  readonly response: MessageCodec
}

/** Messages of one type as bytes. Neither direction lets a message beyond the limit of its type pass. */
export interface MessageCodec {
  /** A copy: the caller may use its buffers again. @throws CofferError message-too-large, internal-bug */
  encode(message: unknown): Encoded
  /** Bytes fields are views into `bytes`. @throws CofferError message-too-large, protocol-violation */
  decode(bytes: Buffer): unknown
}

/**
 * The message by which a caller ends its side of a duplex call. The end of the stream itself does not tell: HTTP/2
 * streams that are canceled end the same way first. No request of a duplex call is empty otherwise.
 */
export const END_MARK: Encoded = { bytes: Buffer.alloc(0), release: () => undefined }

const PASS_THROUGH = 'RecordBatch'
const PACKAGE = 'coffer.v1.'

/** The parts of the loader's answer that are used here; its own types say little more than `object`. */
interface LoadedMethod {
  readonly path: string
  readonly originalName: string
  readonly requestStream: boolean
  readonly responseStream: boolean
  readonly requestType: LoadedMessage
  readonly responseType: LoadedMessage
}
interface LoadedMessage {
  readonly type: { readonly name: string; readonly oneofDecl: readonly { readonly name: string }[] }
  readonly serialize: (message: object) => Buffer
  readonly deserialize: (bytes: Buffer) => object
}
type LoadedService = Readonly<Record<string, LoadedMethod>>

function loadServices(): Map<string, readonly Method[]> {
  const loaded = loadFileDescriptorSetFromBuffer(
    Buffer.from(DESCRIPTOR_SET, 'base64'),
    CODEC_OPTIONS,
  )
  const services = new Map<string, readonly Method[]>()
  for (const [name, entry] of Object.entries(loaded)) {
    if ('format' in entry) continue
    const methods = Object.values(entry as unknown as LoadedService).map(methodOf)
    services.set(name.slice(PACKAGE.length), methods)
  }
  return services
}

function methodOf(loaded: LoadedMethod): Method {
  return {
    path: loaded.path,
    name: lowerFirst(loaded.path.slice(loaded.path.lastIndexOf('/') + 1)),
    kind: kindOf(loaded),
    request: codecOf(loaded.requestType),
    response: codecOf(loaded.responseType),
  }
}

function kindOf(loaded: LoadedMethod): MethodKind {
  if (loaded.requestStream) return 'duplex'
  return loaded.responseStream ? 'serverStream' : 'unary'
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function codecOf(message: LoadedMessage): MessageCodec {
  return message.type.name === PASS_THROUGH ? recordBatchCodec : messageCodec(message)
}

const pool = new BufferPool()

const recordBatchCodec: MessageCodec = {
  encode(records) {
    if (!(records instanceof Uint8Array)) {
      throw new CofferError('internal-bug', 'a record batch must be bytes')
    }
    const limitBytes = MAX_DATA_MESSAGE_BYTES - RECORD_BATCH_OVERHEAD_BYTES
    checkSize(records, PASS_THROUGH, limitBytes)
    const target = pool.take(records.length + RECORD_BATCH_OVERHEAD_BYTES)
    return {
      bytes: target.subarray(0, writeRecordBatch(target, records)),
      release: () => pool.give(target),
    }
  },
  decode(bytes) {
    const records = decodeRecordBatch(checkSize(bytes, PASS_THROUGH, MAX_DATA_MESSAGE_BYTES))
    if (records !== undefined) return records
    throw new CofferError('protocol-violation', `a ${PASS_THROUGH} message is malformed`)
  },
}

function messageCodec({ type, serialize, deserialize }: LoadedMessage): MessageCodec {
  const oneof = type.oneofDecl[0]?.name
  return {
    encode(message) {
      if (typeof message !== 'object' || message === null) {
        throw new CofferError('internal-bug', `a ${type.name} message must be an object`)
      }
      const bytes = checkSize(serialize(message), type.name, MAX_CONTROL_MESSAGE_BYTES)
      return { bytes, release: () => undefined }
    },
    decode(bytes) {
      checkSize(bytes, type.name, MAX_CONTROL_MESSAGE_BYTES)
      const message = decodeOrRefuse(bytes, type.name, deserialize)
      if (oneof !== undefined && !Object.hasOwn(message, oneof)) {
        const text = `a ${type.name} message holds nothing that this version knows`
        throw new CofferError('protocol-violation', text)
      }
      return message
    },
  }
}

function decodeOrRefuse(
  bytes: Buffer,
  name: string,
  deserialize: (bytes: Buffer) => object,
): object {
  try {
    return deserialize(bytes)
  } catch (error) {
    throw new CofferError('protocol-violation', `a ${name} message is malformed`, { cause: error })
  }
}

function checkSize<Bytes extends Uint8Array>(
  bytes: Bytes,
  name: string,
  limitBytes: number,
): Bytes {
  if (bytes.length <= limitBytes) return bytes
  const text = `a ${name} message of ${bytes.length} bytes is larger than ${limitBytes}`
  throw new CofferError('message-too-large', text)
}

const SERVICES: ReadonlyMap<string, readonly Method[]> = loadServices()

/** The methods of a service by its short name, "StorageData". */
export function methodsOf(service: string): readonly Method[] {
  return SERVICES.get(service) ?? []
}
