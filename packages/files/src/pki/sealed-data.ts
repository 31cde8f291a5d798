// Data records under a cipher: how the bytes of each record come about and come back.
//
// `chain` (Bareos): all records of a file are one stream of the cipher in CBC mode. The plain side of that stream is a row
// of packets, each a 32 bit length, big endian, and so many bytes: one record as it would be without encryption. A record
// holds whole cipher blocks only, so what is left of a packet comes with the next; the last record is what remains with
// its padding.
//
// `sealed` (ours, aes256gcm): each record is one packet, AES-256-GCM, its tag of 16 bytes behind it. The nonce is the start
// value with the number of the record, from 0, in its last 4 bytes; the path as the attribute record has it is
// authenticated along. Every file has a key of its own, so no nonce comes twice.
import { type CipherGCMTypes, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto'
import type { RecordPacker } from '../compress/data-codec.ts'
import { damagedData } from '../compress/damaged.ts'
import type { DataCipher } from './cipher.ts'

/** The key and place of one file. */
export interface SealingKey {
  readonly cipher: DataCipher
  readonly key: Buffer
  readonly iv: Buffer
  /** Path bytes as in the attribute record. */
  readonly path: Buffer
}

/** Encrypts the records of one file; `pack` may give nothing yet. */
export interface DataSealer extends RecordPacker {
  /** What remains after the last record; may be empty. */
  finish(): Buffer
}

/** Decrypts the records of one file into packets. The packets are valid during the call of `take`. */
export interface DataOpener {
  /** Throws `payload-damaged`. */
  accept(data: Buffer, take: (packet: Buffer) => void): void
  /** Throws `payload-damaged` when something is missing. */
  finish(take: (packet: Buffer) => void): void
}

const LENGTH_BYTES = 4
const BLOCK_ROOM = 32
const TAG_BYTES = 16
const COUNTER_BYTES = 4
/** Larger packets than that are no data of ours or of Bareos. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024
const EMPTY = Buffer.alloc(0)

export function createSealer(key: SealingKey, inner: RecordPacker | undefined): DataSealer {
  return key.cipher.form === 'sealed' ? new RecordSealer(key, inner) : new ChainSealer(key, inner)
}

export function createOpener(key: SealingKey): DataOpener {
  return key.cipher.form === 'sealed' ? new RecordOpener(key) : new ChainOpener(key)
}

/** Packs into memory that is used again for the next record. */
class InnerPacker {
  readonly #inner: RecordPacker | undefined
  #room = EMPTY

  constructor(inner: RecordPacker | undefined) {
    this.#inner = inner
  }

  bound(plainBytes: number): number {
    return this.#inner?.bound(plainBytes) ?? plainBytes
  }

  pack(plain: Uint8Array): Uint8Array {
    if (this.#inner === undefined) return plain
    const needed = this.#inner.bound(plain.length)
    if (this.#room.length < needed) this.#room = Buffer.allocUnsafeSlow(needed)
    return this.#room.subarray(0, this.#inner.pack(plain, this.#room))
  }
}

class ChainSealer implements DataSealer {
  readonly #inner: InnerPacker
  readonly #cipher: ReturnType<typeof createCipheriv>
  readonly #length = Buffer.alloc(LENGTH_BYTES)
  #hasData = false

  constructor({ cipher, key, iv }: SealingKey, inner: RecordPacker | undefined) {
    this.#inner = new InnerPacker(inner)
    this.#cipher = createCipheriv(cipher.openssl, key, iv)
  }

  bound(plainBytes: number): number {
    return this.#inner.bound(plainBytes) + LENGTH_BYTES + BLOCK_ROOM
  }

  pack(plain: Uint8Array, into: Buffer): number {
    const packet = this.#inner.pack(plain)
    this.#hasData = true
    this.#length.writeUInt32BE(packet.length)
    const size = this.#cipher.update(this.#length).copy(into)
    return size + this.#cipher.update(packet).copy(into, size)
  }

  finish(): Buffer {
    return this.#hasData ? this.#cipher.final() : EMPTY
  }
}

class ChainOpener implements DataOpener {
  readonly #decipher: Decipher
  #waiting: Buffer = EMPTY
  #hasData = false

  constructor({ cipher, key, iv }: SealingKey) {
    this.#decipher = createDecipheriv(cipher.openssl, key, iv)
  }

  accept(data: Buffer, take: (packet: Buffer) => void): void {
    this.#hasData = true
    this.#take(this.#decipher.update(data), take)
  }

  /** A file without content has no records to finish. */
  finish(take: (packet: Buffer) => void): void {
    if (!this.#hasData) return
    let last: Buffer
    try {
      last = this.#decipher.final()
    } catch {
      throw damagedData('encrypted', 'its end is missing or is not of this key')
    }
    this.#take(last, take)
    if (this.#waiting.length > 0) throw damagedData('encrypted', 'its last record is cut off')
  }

  #take(plain: Buffer, take: (packet: Buffer) => void): void {
    const bytes = this.#waiting.length === 0 ? plain : Buffer.concat([this.#waiting, plain])
    let at = 0
    while (bytes.length - at >= LENGTH_BYTES) {
      const size = bytes.readUInt32BE(at)
      if (size > MAX_PACKET_BYTES) throw damagedData('encrypted', 'a length in it cannot be')
      if (bytes.length - at - LENGTH_BYTES < size) break
      take(bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + size))
      at += LENGTH_BYTES + size
    }
    this.#waiting = bytes.subarray(at)
  }
}

class RecordSealer implements DataSealer {
  readonly #inner: InnerPacker
  readonly #key: SealingKey
  #number = 0

  constructor(key: SealingKey, inner: RecordPacker | undefined) {
    this.#inner = new InnerPacker(inner)
    this.#key = key
  }

  bound(plainBytes: number): number {
    return this.#inner.bound(plainBytes) + TAG_BYTES
  }

  pack(plain: Uint8Array, into: Buffer): number {
    const { cipher, key, path } = this.#key
    const sealing = createCipheriv(cipher.openssl as CipherGCMTypes, key, this.#nonce())
    sealing.setAAD(path)
    let size = sealing.update(this.#inner.pack(plain)).copy(into)
    size += sealing.final().copy(into, size)
    return size + sealing.getAuthTag().copy(into, size)
  }

  finish(): Buffer {
    return EMPTY
  }

  #nonce(): Buffer {
    return nonceOf(this.#key.iv, this.#number++)
  }
}

class RecordOpener implements DataOpener {
  readonly #key: SealingKey
  #number = 0

  constructor(key: SealingKey) {
    this.#key = key
  }

  accept(data: Buffer, take: (packet: Buffer) => void): void {
    const { cipher, key, iv, path } = this.#key
    const end = data.length - TAG_BYTES
    if (end < 0) throw damagedData('encrypted', 'a record of it is cut off')
    const nonce = nonceOf(iv, this.#number++)
    const opening = createDecipheriv(cipher.openssl as CipherGCMTypes, key, nonce, {
      authTagLength: TAG_BYTES,
    })
    opening.setAAD(path)
    opening.setAuthTag(data.subarray(end))
    const plain = opening.update(data.subarray(0, end))
    try {
      opening.final()
    } catch {
      throw damagedData('encrypted', 'a record of it was changed, moved or left out')
    }
    take(plain)
  }

  /** Each record stands for itself; that none is missing at the end, size and digest tell. */
  finish(): void {
    // Nothing waits here.
  }
}

function nonceOf(iv: Buffer, number: number): Buffer {
  const nonce = Buffer.from(iv)
  nonce.writeUInt32BE(number, nonce.length - COUNTER_BYTES)
  return nonce
}
