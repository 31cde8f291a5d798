// bscan: reads Volumes and tells a Catalog what they hold.
import { LABEL } from '@coffer/core'
import { type ReadRecord, RecordReader, type ReadStep } from '../session/record-reader.ts'
import { sessionText } from '../session/problem-text.ts'
import { type SessionKey, sessionKeyText } from '../volume/block.ts'
import {
  decodeEndOfSession,
  decodeSessionLabel,
  isVolumeLabelIndex,
  type SessionLabel,
} from '../volume/label.ts'
import type { OpenVolume } from '../device/device.ts'
import type { CatalogSink, ScannedJobEnd, ScannedVolume } from './catalog-sink.ts'
import { CountingSink } from './counting-sink.ts'
import { explainFailure, reportStep } from './report-step.ts'
import { ScannedSession } from './scanned-session.ts'
import { parseToolArguments, type ToolArguments } from './tool-arguments.ts'
import { TOOL_EXIT, type ToolIo, ToolPrinter } from './tool-io.ts'
import { selectVolumes, type VolumeSelection } from './volume-selection.ts'

const HELP = `Usage: coffer bscan [options] <volume-file>... | <directory> | <device-name>
  -b <file>     a Bootstrap: scan only what it asks for
  -c <path>     configuration: of the storage daemon for a Device name, of the Director for its Catalog
  -V <volumes>  Volume names, separated by |, for a directory or a Device
  -s            store what is found in the Catalog
  -m            (taken for granted) Volumes go into the Catalog as well
  -S            say how far it is after each Volume
  -r            name every file
  -p            end with 0 in spite of errors
  -v            show every session
`

export interface ScanIo extends ToolIo {
  /** Opens the Catalog that the configuration names; asked for with -s only. */
  readonly openCatalog?: (configPath: string | undefined) => Promise<CatalogSink>
}

/** Runs the tool; resolves with its exit code: 0, 1 when something was lost, 41 for a wrong command line. */
export async function runBscan(argv: readonly string[], io: ScanIo): Promise<number> {
  const parsed = parseToolArguments(argv, [
    'b',
    'c',
    'd',
    'D',
    'V',
    'm',
    'p',
    'r',
    's',
    'S',
    'v',
    'w',
  ])
  if (parsed.kind !== 'run') {
    const isHelp = parsed.kind === 'help'
    if (isHelp) io.stdout.write(HELP)
    else io.stderr.write(`coffer bscan: ${parsed.text}\n${HELP}`)
    return isHelp ? TOOL_EXIT.ok : TOOL_EXIT.commandLine
  }
  const printer = new ToolPrinter('bscan', io)
  try {
    await scan(parsed.arguments, io, printer)
  } catch (error) {
    return explainFailure(printer, error)
  }
  return printer.errors > 0 && !parsed.arguments.flag('p') ? TOOL_EXIT.failed : TOOL_EXIT.ok
}

async function scan(args: ToolArguments, io: ScanIo, printer: ToolPrinter): Promise<void> {
  const selection = await selectVolumes(
    {
      names: args.names,
      volumes: args.text('V'),
      bootstrapPath: args.text('b'),
      configPath: args.text('c'),
    },
    io,
  )
  printer.line(`bscan: Using device: "${selection.devices[0].name}" for scanning.`)
  const { openCatalog } = io
  const doesStore = args.flag('s') && openCatalog !== undefined
  const counter = new CountingSink(printer, {
    isVerbose: args.flag('v'),
    namesFiles: args.flag('r'),
  })
  const sinks: CatalogSink[] = [counter]
  if (doesStore) sinks.push(await openCatalog(args.text('c')))
  try {
    await new Scan(printer, sinks).run(selection)
    for (const sink of sinks.slice(1)) for (const line of await sink.finish()) printer.line(line)
  } catch (error) {
    for (const sink of sinks) await sink.abandon()
    throw error
  }
  printer.line(`Records ${doesStore ? '' : 'would have been '}added or updated in the catalog:`)
  for (const line of await counter.finish()) printer.line(line)
}

/** Takes the steps of a reader apart and tells every sink. */
class Scan {
  readonly #printer: ToolPrinter
  readonly #sinks: readonly CatalogSink[]
  readonly #sessions = new Map<string, ScannedSession>()
  readonly #labels = new Map<string, SessionLabel>()
  readonly #strangers = new Set<string>()
  #volumeJobs = new Set<string>()
  #volumeBlocks = 0
  #volumeTimes: number[] = []

  constructor(printer: ToolPrinter, sinks: readonly CatalogSink[]) {
    this.#printer = printer
    this.#sinks = sinks
  }

  async run({ bootstrap, devices }: VolumeSelection): Promise<void> {
    const reader = new RecordReader({
      bootstrap,
      devices,
      withLabels: true,
      onBlock: (block) => {
        this.#volumeBlocks++
        this.#volumeJobs.add(sessionKeyText(block.session))
        this.#sessionOf(block.session).addBlock(block)
      },
    })
    for await (const step of reader.read()) await this.#take(step)
    // What has no end label did not end, or goes on where nobody looked.
    for (const key of [...this.#sessions.keys()]) await this.#end(key, undefined)
  }

  async #take(step: ReadStep): Promise<void> {
    if (step.kind === 'records') {
      for (const record of step.records) await this.#takeRecord(record)
      return
    }
    reportStep(this.#printer, step)
    if (step.kind === 'problem') this.#sessionOf(step.session).addProblem(step.problem)
    if (step.kind === 'volume') await this.#beginVolume(step.volume)
    if (step.kind === 'volume-end') await this.#tellVolume(step.volume)
  }

  async #takeRecord(record: ReadRecord): Promise<void> {
    const { fileIndex, session } = record
    if (fileIndex < 0) {
      await this.#takeLabel(record)
      return
    }
    const scanned = this.#sessionOf(session)
    if (!this.#labels.has(sessionKeyText(session))) {
      this.#reportStranger(session)
      return
    }
    scanned.addRecord(record)
    await this.#flush(scanned, false)
  }

  async #takeLabel({ fileIndex, session, data }: ReadRecord): Promise<void> {
    if (isVolumeLabelIndex(fileIndex)) return
    const key = sessionKeyText(session)
    if (fileIndex === LABEL.startOfSession) {
      const label = decodeSessionLabel(data)
      this.#labels.set(key, label)
      this.#volumeTimes.push(label.writeMicros / 1000)
      const job = scannedJob(session, label)
      for (const sink of this.#sinks) await sink.beginJob(job)
    }
    if (fileIndex !== LABEL.endOfSession) return
    const label = decodeEndOfSession(data)
    const endMs = Math.floor(label.writeMicros / 1000)
    this.#volumeTimes.push(endMs)
    const { files, bytes, errors, jobStatus: status } = label.totals
    await this.#end(key, { session, isEnded: true, endMs, status, files, bytes, errors })
  }

  /** Without `end`, with what was counted. */
  async #end(key: string, end: ScannedJobEnd | undefined): Promise<void> {
    const scanned = this.#sessions.get(key)
    const label = this.#labels.get(key)
    this.#sessions.delete(key)
    if (scanned === undefined || label === undefined) return
    await this.#flush(scanned, true)
    const { session, files, bytes } = scanned
    const endMs = Math.floor(label.writeMicros / 1000)
    const told = end ?? { session, isEnded: false, endMs, status: 'E', files, bytes, errors: 1 }
    if (end === undefined) {
      this.#printer.log(
        `Warning: no end label of session ${sessionText(session)}, Job "${label.job}"`,
      )
    }
    for (const sink of this.#sinks) await sink.endJob(told, scanned.jobMedia())
  }

  async #flush(scanned: ScannedSession, isEnd: boolean): Promise<void> {
    for (const records of scanned.takeRecords(isEnd)) {
      for (const sink of this.#sinks) await sink.addRecords(scanned.session, records)
    }
  }

  async #beginVolume(volume: OpenVolume): Promise<void> {
    this.#volumeJobs = new Set()
    this.#volumeBlocks = 1
    this.#volumeTimes = []
    for (const sink of this.#sinks) await sink.volume(this.#scannedVolume(volume, false))
  }

  async #tellVolume(volume: OpenVolume): Promise<void> {
    for (const sink of this.#sinks) await sink.volume(this.#scannedVolume(volume, true))
  }

  #scannedVolume({ name, label, endBytes }: OpenVolume, isRead: boolean): ScannedVolume {
    const { family, mediaType, poolName: pool, poolType } = label
    const labelMs = Math.floor(label.labelMicros / 1000)
    const times = this.#volumeTimes.length > 0 ? this.#volumeTimes : [labelMs]
    return {
      name,
      family,
      mediaType,
      pool,
      poolType,
      labelMs,
      bytes: endBytes,
      blocks: isRead ? this.#volumeBlocks : 0,
      jobs: isRead ? this.#volumeJobs.size : 0,
      firstWrittenMs: isRead ? Math.floor(Math.min(...times)) : 0,
      lastWrittenMs: isRead ? Math.floor(Math.max(...times)) : 0,
    }
  }

  #sessionOf(session: SessionKey): ScannedSession {
    const key = sessionKeyText(session)
    const known = this.#sessions.get(key) ?? new ScannedSession(session)
    this.#sessions.set(key, known)
    return known
  }

  #reportStranger(session: SessionKey): void {
    const key = sessionKeyText(session)
    if (this.#strangers.has(key)) return
    this.#strangers.add(key)
    const text = `session ${sessionText(session)} begins on a Volume that is not scanned: its files are left out`
    this.#printer.error(text)
  }
}

function scannedJob(session: SessionKey, label: SessionLabel) {
  return {
    session,
    jobId: label.jobId,
    job: label.job,
    name: label.jobName,
    client: label.clientName,
    fileset: label.fileSetName,
    filesetMd5: label.fileSetMd5,
    type: label.jobType,
    level: label.jobLevel,
    pool: label.poolName,
    poolType: label.poolType,
    startMs: Math.floor(label.writeMicros / 1000),
  }
}
