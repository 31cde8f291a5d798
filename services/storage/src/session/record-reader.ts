// What a Bootstrap asks for, in order, from the Volumes it names: records and problems, one block at a time.
import {
  type Bootstrap,
  CofferError,
  LABEL,
  type NumberRange,
  RECORD_HEADER_BYTES,
  toCofferError,
  type VolumeRecord,
} from '@coffer/core'
import { BlockReader, type DamagedPlace, type ReadBlock } from '../device/block-reader.ts'
import type { OpenVolume, ReadDevice } from '../device/device.ts'
import {
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  isSameSession,
  type SessionKey,
  sessionKeyText,
} from '../volume/block.ts'
import { decodeSessionLabel, isVolumeLabelIndex, type SessionLabel } from '../volume/label.ts'
import { compileEntry, type Matcher } from '../volume/match.ts'
import { type JoinProblem, RecordJoiner } from '../volume/record-joiner.ts'

/** `address` and `blockBytes` are those of the block in which the record ends. */
export interface ReadRecord extends VolumeRecord {
  readonly session: SessionKey
  readonly address: number
  readonly blockBytes: number
}

export type ReadStep =
  | {
      readonly kind: 'volume'
      readonly volume: OpenVolume
      readonly device: ReadDevice
      readonly from: number
    }
  | { readonly kind: 'volume-end'; readonly volume: OpenVolume; readonly device: ReadDevice }
  /** A Volume that cannot be read at all; reading goes on with the next. */
  | { readonly kind: 'volume-lost'; readonly name: string; readonly error: CofferError }
  /** Whole records of one block; their data are views that the next step overwrites. */
  | { readonly kind: 'records'; readonly records: readonly ReadRecord[] }
  | { readonly kind: 'damage'; readonly volume: string; readonly place: DamagedPlace }
  | {
      readonly kind: 'problem'
      readonly volume: string
      readonly address: number
      readonly session: SessionKey
      readonly problem: JoinProblem
    }

interface Open {
  readonly volume: OpenVolume
  readonly device: ReadDevice
}

interface Joining {
  readonly session: SessionKey
  readonly joiner: RecordJoiner
}

export interface RecordReaderOptions {
  readonly bootstrap: Bootstrap
  /** Where Volumes are looked for, in this order. */
  readonly devices: readonly ReadDevice[]
  /** Whether labels of sessions come out with the records, and the Volume's too. */
  readonly withLabels?: boolean
  /** Told of every block that is read, before its records come. */
  readonly onBlock?: (block: SeenBlock) => void
}

/** A sound block: `bytes` is a view that the next step overwrites. */
export interface SeenBlock {
  readonly volume: OpenVolume
  readonly session: SessionKey
  readonly address: number
  readonly bytes: Buffer
}

/** Reads once, front to back; leave the iteration early and everything is closed. */
export class RecordReader {
  readonly #options: RecordReaderOptions
  readonly #labels = new Map<string, SessionLabel>()
  readonly #joining = new Map<string, Joining>()
  #open: Open | undefined
  /** Volumes that could not be opened, so that each is reported once. */
  readonly #lost = new Set<string>()

  constructor(options: RecordReaderOptions) {
    this.#options = options
  }

  /** What the sessions that were met say of themselves, by `sessionKeyText`. */
  get sessionLabels(): ReadonlyMap<string, SessionLabel> {
    return this.#labels
  }

  async *read(): AsyncGenerator<ReadStep, void> {
    try {
      for (const entry of this.#options.bootstrap.entries) {
        const matcher = compileEntry(entry)
        for (const name of entry.volumes) yield* this.#readEntry(name, matcher)
      }
      for (const joining of this.#joining.values()) yield* this.#finish(joining)
      yield* this.#closeVolume()
    } finally {
      await this.#open?.volume.close()
    }
  }

  async *#readEntry(name: string, matcher: Matcher): AsyncGenerator<ReadStep, void> {
    if (this.#open?.volume.name !== name) {
      yield* this.#closeVolume()
      yield* this.#openVolume(name, matcher.addresses)
    }
    if (this.#open === undefined) return
    for (const joining of this.#joining.values()) joining.joiner.setFilter(matcher)
    yield* this.#readBlocks(this.#open.volume, matcher)
  }

  async *#openVolume(
    name: string,
    addresses: readonly NumberRange[] | undefined,
  ): AsyncGenerator<ReadStep, void> {
    if (this.#lost.has(name)) return
    let failure: CofferError | undefined
    for (const device of this.#options.devices) {
      try {
        const volume = await device.openForReading(name)
        this.#open = { volume, device }
        yield { kind: 'volume', volume, device, from: addresses?.[0]?.from ?? 0 }
        return
      } catch (error) {
        const fault = toCofferError(error)
        // A Volume that is there and damaged says more than one that is not there.
        if (failure === undefined || fault.code !== 'volume-missing') failure = fault
      }
    }
    this.#lost.add(name)
    const error = failure ?? new CofferError('volume-missing', `no Device holds Volume "${name}"`)
    yield { kind: 'volume-lost', name, error }
  }

  async *#closeVolume(): AsyncGenerator<ReadStep, void> {
    const open = this.#open
    if (open === undefined) return
    yield { kind: 'volume-end', ...open }
    this.#open = undefined
    await open.volume.close()
  }

  async *#readBlocks(volume: OpenVolume, matcher: Matcher): AsyncGenerator<ReadStep, void> {
    const reader = new BlockReader(volume.source, {
      endBytes: volume.endBytes,
      ranges: matcher.addresses,
      wants: (header) => this.#wantsBlock(header, matcher),
    })
    for (let found = await reader.next(); found !== undefined; found = await reader.next()) {
      if (found.kind === 'damage') {
        for (const { joiner } of this.#joining.values()) joiner.noteDamage()
        yield { kind: 'damage', volume: volume.name, place: found }
        continue
      }
      const isEnd = yield* this.#takeBlock(volume, found, matcher)
      if (isEnd && isOnly(matcher, found.header)) return
    }
  }

  #wantsBlock(header: BlockHeader, matcher: Matcher): boolean {
    const label = this.#labels.get(sessionKeyText(header))
    if (matcher.wantsSession(header, label)) return true
    // The first block of a session holds its label, which alone can tell.
    return matcher.needsLabels && label === undefined && header.number === 0
  }

  /** True when the block holds the end label of its session. */
  async *#takeBlock(
    volume: OpenVolume,
    block: ReadBlock,
    matcher: Matcher,
  ): AsyncGenerator<ReadStep, boolean> {
    const { header, address, bytes } = block
    const session = { sessionId: header.sessionId, sessionTime: header.sessionTime }
    const label = volumeLabelIn(bytes)
    if (label === undefined) this.#options.onBlock?.({ volume, session, address, bytes })
    else {
      // It stands between the blocks of a session without being one of them.
      const records =
        this.#options.withLabels === true
          ? [{ ...label, session, address, blockBytes: header.sizeBytes }]
          : []
      if (records.length > 0) yield { kind: 'records', records }
      return false
    }
    const joining = this.#joiningOf(session, matcher)
    const records: ReadRecord[] = []
    let isEnd = false
    for (const joined of joining.joiner.accept(bytes, header.number)) {
      if (joined.kind === 'problem') {
        yield { kind: 'problem', volume: volume.name, address, session, problem: joined }
        continue
      }
      if (joined.fileIndex < 0) isEnd = this.#takeLabel(session, joined) || isEnd
      if (this.#isAskedFor(joined, session, matcher)) {
        records.push({ ...joined, session, address, blockBytes: header.sizeBytes })
      }
    }
    if (records.length > 0) yield { kind: 'records', records }
    if (isEnd) yield* this.#finish(joining)
    return isEnd
  }

  #isAskedFor(joined: VolumeRecord, session: SessionKey, matcher: Matcher): boolean {
    if (joined.fileIndex > 0) {
      return matcher.wantsSession(session, this.#labels.get(sessionKeyText(session)))
    }
    return this.#options.withLabels === true
  }

  #joiningOf(session: SessionKey, matcher: Matcher): Joining {
    const key = sessionKeyText(session)
    const known = this.#joining.get(key)
    if (known !== undefined) return known
    const joining = { session, joiner: new RecordJoiner(matcher) }
    this.#joining.set(key, joining)
    return joining
  }

  /** True for the label that ends a session. A label that cannot be understood tells nothing. */
  #takeLabel(session: SessionKey, { fileIndex, data }: VolumeRecord): boolean {
    try {
      this.#labels.set(sessionKeyText(session), decodeSessionLabel(data))
    } catch {
      return false
    }
    return fileIndex === LABEL.endOfSession
  }

  async *#finish({ session, joiner }: Joining): AsyncGenerator<ReadStep, void> {
    this.#joining.delete(sessionKeyText(session))
    const volume = this.#open?.volume
    for (const joined of joiner.finish()) {
      if (joined.kind !== 'problem') continue
      const place = { volume: volume?.name ?? '', address: volume?.endBytes ?? 0 }
      yield { kind: 'problem', ...place, session, problem: joined }
    }
  }
}

function isOnly(matcher: Matcher, header: BlockHeader): boolean {
  return matcher.onlySession !== undefined && isSameSession(matcher.onlySession, header)
}

/** The label of a Volume, when that is what a block holds. */
function volumeLabelIn(block: Buffer): VolumeRecord | undefined {
  if (block.length < BLOCK_HEADER_BYTES + RECORD_HEADER_BYTES) return undefined
  const fileIndex = block.readInt32BE(BLOCK_HEADER_BYTES)
  if (!isVolumeLabelIndex(fileIndex)) return undefined
  const stream = block.readInt32BE(BLOCK_HEADER_BYTES + 4)
  return { fileIndex, stream, data: block.subarray(BLOCK_HEADER_BYTES + RECORD_HEADER_BYTES) }
}
