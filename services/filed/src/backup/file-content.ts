// What goes with the content of one file beside its bytes: compression, encryption, digest and signature.
import { type DigestName, STREAM } from '@coffer/core'
import {
  createDigest,
  type Digest,
  type Protection,
  type RecordPacker,
  type SealedFile,
  SIGNED_DIGEST,
} from '@coffer/files'
import type { BatchWriter } from './batch-writer.ts'
import type { ReadingRules } from './reading-rules.ts'

export interface FileContentOptions {
  readonly fileIndex: number
  /** Path bytes of the attribute record. */
  readonly stored: Buffer
  readonly rules: ReadingRules
  readonly writer: BatchWriter
  readonly compressor: RecordPacker | undefined
  /** Absent: neither encrypted nor signed. */
  readonly protection: Protection | undefined
}

export class FileContent {
  /** Makes records of plain bytes; undefined leaves them as they are. */
  readonly packer: RecordPacker | undefined
  /** Sees every plain byte that is stored. */
  readonly digest: Pick<Digest, 'update'> | undefined
  readonly #options: FileContentOptions
  readonly #sealed: SealedFile | undefined
  readonly #sums: ReadonlyMap<DigestName, Digest>

  constructor(options: FileContentOptions) {
    const { rules, protection, stored, compressor } = options
    this.#options = options
    this.#sealed = rules.isEncrypted
      ? protection?.seal(stored, compressor, rules.cipher)
      : undefined
    this.packer = this.#sealed?.sealer ?? compressor
    const names = new Set<DigestName>()
    if (rules.digest !== undefined) names.add(rules.digest)
    if (protection !== undefined) names.add(SIGNED_DIGEST)
    this.#sums = new Map([...names].map((name) => [name, createDigest(name)]))
    this.digest = togetherOf([...this.#sums.values()])
  }

  /** Writes what must stand before the content. */
  begin(): void {
    if (this.#sealed !== undefined) {
      this.#append(STREAM.encryptedSessionData, this.#sealed.sessionData)
    }
  }

  /** Writes what encryption still holds; returns its bytes. */
  finish(stream: number): number {
    const last = this.#sealed?.sealer.finish()
    if (last === undefined || last.length === 0) return 0
    this.#append(stream, last)
    return last.length
  }

  /** Writes signature and digest. */
  writeSums(): void {
    const { rules, protection } = this.#options
    const values = new Map([...this.#sums].map(([name, sum]) => [name, sum.finish()]))
    const signed = values.get(SIGNED_DIGEST)
    if (protection !== undefined && signed !== undefined) {
      this.#append(STREAM.signedDigest, protection.sign(signed))
    }
    const wanted = rules.digest === undefined ? undefined : values.get(rules.digest)
    const stream = rules.digest === undefined ? 0 : (this.#sums.get(rules.digest)?.stream ?? 0)
    if (wanted !== undefined) this.#append(stream, wanted)
  }

  #append(stream: number, data: Uint8Array): void {
    this.#options.writer.append(this.#options.fileIndex, stream, data)
  }
}

function togetherOf(digests: readonly Digest[]): Pick<Digest, 'update'> | undefined {
  if (digests.length < 2) return digests[0]
  return {
    update: (bytes) => {
      for (const digest of digests) digest.update(bytes)
    },
  }
}
