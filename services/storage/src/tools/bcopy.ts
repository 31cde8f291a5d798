// bcopy: copies the sessions of Volumes onto another Volume, block by block.
import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type BootstrapEntry, type Clock, CofferError, systemClock } from '@coffer/core'
import { BlockReader } from '../device/block-reader.ts'
import type { AppendVolume, OpenVolume, VolumeOffer } from '../device/device.ts'
import { damageText } from '../session/problem-text.ts'
import { RecordReader } from '../session/record-reader.ts'
import { BLOCK_HEADER_BYTES, sessionKeyText } from '../volume/block.ts'
import { isVolumeLabelIndex, type VolumeLabel } from '../volume/label.ts'
import { compileEntry } from '../volume/match.ts'
import { explainFailure } from './report-step.ts'
import { parseToolArguments, type ToolArguments } from './tool-arguments.ts'
import { TOOL_EXIT, type ToolIo, ToolPrinter } from './tool-io.ts'
import { directoryDevice, selectVolumes, type VolumeSelection } from './volume-selection.ts'

const HELP = `Usage: coffer bcopy [options] <volume-file>... | <directory> | <device-name>  <output-volume-file>
  -b <file>     a Bootstrap: copy only the sessions that it names
  -c <path>     configuration of the storage daemon, for a Device name
  -i <volumes>  names of the Volumes to copy, separated by |, for a directory or a Device
  -p            end with 0 in spite of errors
  -v            name every session
The output is created and labelled with its file name; a Volume that is there is appended to.
`

/** Runs the tool; resolves with its exit code: 0, 1 when something was not copied, 41 for a wrong command line. */
export async function runBcopy(argv: readonly string[], io: ToolIo): Promise<number> {
  const parsed = parseToolArguments(argv, ['b', 'c', 'd', 'D', 'i', 'o', 'p', 'v', 'w'])
  if (parsed.kind !== 'run') {
    const isHelp = parsed.kind === 'help'
    if (isHelp) io.stdout.write(HELP)
    else io.stderr.write(`coffer bcopy: ${parsed.text}\n${HELP}`)
    return isHelp ? TOOL_EXIT.ok : TOOL_EXIT.commandLine
  }
  const printer = new ToolPrinter('bcopy', io)
  try {
    await copy(parsed.arguments, io, printer)
  } catch (error) {
    return explainFailure(printer, error)
  }
  return printer.errors > 0 && !parsed.arguments.flag('p') ? TOOL_EXIT.failed : TOOL_EXIT.ok
}

async function copy(args: ToolArguments, io: ToolIo, printer: ToolPrinter): Promise<void> {
  const output = args.names.length > 1 ? args.names.at(-1) : undefined
  if (output === undefined) {
    throw new CofferError('tool-usage', 'name the Volumes to copy, then the file to copy them to')
  }
  const selection = await selectVolumes(
    {
      names: args.names.slice(0, -1),
      volumes: args.text('i'),
      bootstrapPath: args.text('b'),
      configPath: args.text('c'),
    },
    io,
  )
  refuseFiles(selection.bootstrap.entries)
  const copier = new Copier(printer, selection, args.flag('v'))
  await copier.run(resolve(output), io.clock ?? systemClock)
}

/** Blocks are copied as they are, and a block holds many files. */
function refuseFiles(entries: readonly BootstrapEntry[]): void {
  const names = entries.some(
    ({ fileIndexes, streams, fileRegex }) =>
      fileIndexes.length > 0 || streams.length > 0 || fileRegex !== undefined,
  )
  if (names) throw new CofferError('tool-usage', 'bcopy copies whole sessions, not single files')
}

class Copier {
  readonly #printer: ToolPrinter
  readonly #selection: VolumeSelection
  readonly #isVerbose: boolean
  readonly #sessions = new Set<string>()
  #output: AppendVolume | undefined
  #blocks = 0

  constructor(printer: ToolPrinter, selection: VolumeSelection, isVerbose: boolean) {
    this.#printer = printer
    this.#selection = selection
    this.#isVerbose = isVerbose
  }

  async run(path: string, clock: Clock): Promise<void> {
    try {
      for (const entry of this.#selection.bootstrap.entries) {
        for (const name of entry.volumes) {
          const volume = await this.#selection.devices[0].openForReading(name)
          try {
            this.#output ??= await openOutput(path, volume.label, clock)
            await this.#copyVolume(volume, entry, this.#output)
          } finally {
            await volume.close()
          }
        }
      }
      await this.#output?.sync()
    } finally {
      await this.#output?.release()
    }
    this.#printer.line(`${this.#sessions.size} Jobs copied. ${this.#blocks} blocks copied.`)
  }

  async #copyVolume(
    volume: OpenVolume,
    entry: BootstrapEntry,
    output: AppendVolume,
  ): Promise<void> {
    const matcher = compileEntry(entry)
    const labels = matcher.needsLabels
      ? await sessionLabels(this.#selection, volume.name)
      : undefined
    const reader = new BlockReader(volume.source, {
      endBytes: volume.endBytes,
      ranges: matcher.addresses,
      wants: (header) => matcher.wantsSession(header, labels?.get(sessionKeyText(header))),
    })
    for (let found = await reader.next(); found !== undefined; found = await reader.next()) {
      if (found.kind === 'damage') {
        this.#printer.error(damageText({ volume: volume.name, place: found }))
        continue
      }
      if (isVolumeLabelIndex(found.bytes.readInt32BE(BLOCK_HEADER_BYTES))) continue
      const key = sessionKeyText(found.header)
      if (this.#isVerbose && !this.#sessions.has(key)) {
        const { sessionId, sessionTime } = found.header
        this.#printer.line(`Copying SessId=${sessionId} SessTime=${sessionTime}`)
      }
      this.#sessions.add(key)
      await output.append(found.bytes).written
      this.#blocks++
    }
  }
}

/** What the sessions of a Volume say of themselves, where a Bootstrap chooses by that. */
async function sessionLabels(
  selection: VolumeSelection,
  name: string,
): Promise<RecordReader['sessionLabels']> {
  const entries = selection.bootstrap.entries.filter(({ volumes }) => volumes.includes(name))
  const reader = new RecordReader({ bootstrap: { entries }, devices: selection.devices })
  for await (const step of reader.read()) if (step.kind === 'volume-lost') throw step.error
  return reader.sessionLabels
}

/** A new Volume with the family, Pool and Media Type of what is copied, or the end of one that is there. */
async function openOutput(path: string, label: VolumeLabel, clock: Clock): Promise<AppendVolume> {
  const device = directoryDevice(dirname(path), { clock, label })
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
  const volume: VolumeOffer = {
    name: basename(path),
    slot: 0,
    status: 'Append',
    bytes,
    pool: label.poolName,
    poolType: label.poolType,
    maxBytes: 0,
    blocks: 0,
    jobs: 0,
    mounts: 0,
    errors: 0,
    writes: 0,
    firstWrittenMs: 0,
  }
  const result = await device.openForAppend({
    volume,
    session: { sessionId: 0, sessionTime: Math.floor(clock.nowMs() / 1000) },
  })
  if (result.kind === 'open') return result.volume
  throw new CofferError(result.code, `Volume "${volume.name}" cannot be written: ${result.text}`)
}
