// bls: lists what Volumes hold, as files, Jobs, blocks or labels.
import {
  decodeAttributes,
  FILE_TYPE,
  type FileAttributes,
  isAttributeStream,
  LABEL,
  RECORD_HEADER_BYTES,
} from '@coffer/core'
import { type Accounts, formatListLine, localAccounts } from '@coffer/files'
import { BlockReader, type ReadBlock } from '../device/block-reader.ts'
import { damageText } from '../session/problem-text.ts'
import { type ReadRecord, RecordReader } from '../session/record-reader.ts'
import { deviceText } from '../session/session-text.ts'
import { BLOCK_HEADER_BYTES, sessionKeyText } from '../volume/block.ts'
import {
  decodeEndOfSession,
  decodeSessionLabel,
  decodeVolumeLabel,
  isVolumeLabelIndex,
} from '../volume/label.ts'
import { fileIndexText, sessionLabelText, sessionLineText, volumeLabelText } from './label-text.ts'
import { loadPathFilter, type PathFilter } from './path-list.ts'
import { explainFailure, reportStep } from './report-step.ts'
import { streamText } from './stream-text.ts'
import { parseToolArguments, type ToolArguments } from './tool-arguments.ts'
import { TOOL_EXIT, type ToolIo, ToolPrinter } from './tool-io.ts'
import { selectVolumes, type VolumeSelection } from './volume-selection.ts'

const HELP = `Usage: coffer bls [options] <volume-file>... | <directory> | <device-name>
  -b <file>     a Bootstrap: list only what it asks for
  -c <path>     configuration of the storage daemon, for a Device name
  -V <volumes>  Volume names, separated by |, for a directory or a Device
  -i <file>     list only the paths in this file, one to a line
  -e <file>     leave out the paths in this file
  -j            list Jobs
  -k            list blocks
  -L            show the label of the Volume
  (none of these: list files)
  -p            end with 0 in spite of errors
  -v            show labels and records as well
`

const S_IFMT = 0o170000
const S_IFLNK = 0o120000

/** Runs the tool; resolves with its exit code: 0, 1 when something could not be read, 41 for a wrong command line. */
export async function runBls(argv: readonly string[], io: ToolIo): Promise<number> {
  const parsed = parseToolArguments(argv, [
    'b',
    'c',
    'd',
    'D',
    'e',
    'i',
    'V',
    'j',
    'k',
    'L',
    'p',
    'v',
  ])
  if (parsed.kind !== 'run') {
    const isHelp = parsed.kind === 'help'
    if (isHelp) io.stdout.write(HELP)
    else io.stderr.write(`coffer bls: ${parsed.text}\n${HELP}`)
    return isHelp ? TOOL_EXIT.ok : TOOL_EXIT.commandLine
  }
  const printer = new ToolPrinter('bls', io)
  try {
    await list(parsed.arguments, io, printer)
  } catch (error) {
    return explainFailure(printer, error)
  }
  return printer.errors > 0 && !parsed.arguments.flag('p') ? TOOL_EXIT.failed : TOOL_EXIT.ok
}

async function list(args: ToolArguments, io: ToolIo, printer: ToolPrinter): Promise<void> {
  const selection = await selectVolumes(
    {
      names: args.names,
      volumes: args.text('V'),
      bootstrapPath: args.text('b'),
      configPath: args.text('c'),
    },
    io,
  )
  const device = deviceText(selection.devices[0])
  printer.line(`bls: Using device: "${selection.devices[0].name}" for reading.`)
  if (args.flag('L')) await listLabels(selection, printer)
  else if (args.flag('k')) await listBlocks(selection, printer)
  else if (args.flag('j')) await listJobs(selection, printer, args.flag('v'))
  else {
    const wants = await loadPathFilter({ include: args.text('i'), exclude: args.text('e') })
    await listFiles(selection, printer, { wants, isVerbose: args.flag('v') })
  }
  printer.log(`Releasing device ${device}.`)
}

async function listFiles(
  { bootstrap, devices }: VolumeSelection,
  printer: ToolPrinter,
  { wants, isVerbose }: { readonly wants: PathFilter; readonly isVerbose: boolean },
): Promise<void> {
  const reader = new RecordReader({ bootstrap, devices, withLabels: isVerbose })
  const accounts = localAccounts()
  let files = 0
  for await (const step of reader.read()) {
    if (step.kind !== 'records') {
      reportStep(printer, step)
      continue
    }
    for (const record of step.records) {
      if (isVerbose) printer.line(recordText(record))
      if (record.fileIndex <= 0 || !isAttributeStream(record.stream)) continue
      const attributes = decodeAttributes(record.data)
      if (!wants(attributes.path)) continue
      files++
      const jobId = reader.sessionLabels.get(sessionKeyText(record.session))?.jobId ?? 0
      printer.line(`bls JobId ${jobId}: ${listLine(attributes, accounts)}`)
    }
  }
  printer.log('End of all volumes.')
  printer.line(`${files} files and directories found.`)
}

/** The path stands there as it is, byte for byte. Times are those of the last change of the inode, as Bareos lists them. */
function listLine({ path, stat, link, type }: FileAttributes, accounts: Accounts): string {
  if (type === FILE_TYPE.deleted) {
    return `----------   - -        -                - ---------- --------  ${path}`
  }
  const { mode, nlink, uid, gid, size, ctime } = stat
  const columns = { path: '', link: '', mode, nlink, uid, gid, sizeBytes: size, mtime: ctime }
  const isLink = (mode & S_IFMT) === S_IFLNK
  return `${formatListLine(columns, accounts)}${path}${isLink ? ` -> ${link}` : ''}`
}

function recordText(record: ReadRecord): string {
  const { fileIndex, stream, data, session } = record
  if (fileIndex < 0) return labelText(record)
  const { sessionId, sessionTime } = session
  return `FileIndex=${fileIndex} VolSessionId=${sessionId} VolSessionTime=${sessionTime} Stream=${streamText(stream)} DataLen=${data.length}`
}

function labelText({ fileIndex, data }: ReadRecord): string {
  if (isVolumeLabelIndex(fileIndex)) {
    return volumeLabelText(decodeVolumeLabel(data), { fileIndex, sizeBytes: data.length })
  }
  return fileIndex === LABEL.endOfSession
    ? sessionLabelText(decodeEndOfSession(data))
    : sessionLabelText(decodeSessionLabel(data))
}

async function listJobs(
  { bootstrap, devices }: VolumeSelection,
  printer: ToolPrinter,
  isVerbose: boolean,
): Promise<void> {
  const reader = new RecordReader({ bootstrap, devices, withLabels: true })
  for await (const step of reader.read()) {
    if (step.kind !== 'records') {
      reportStep(printer, step)
      continue
    }
    for (const record of step.records) {
      if (record.fileIndex < 0) printer.line(isVerbose ? labelText(record) : jobText(record))
    }
  }
  printer.log('End of all volumes.')
}

/** Places are those of the last byte of a block: where the device stood after reading it. */
function jobText({ fileIndex, stream, data, session, address, blockBytes }: ReadRecord): string {
  const place = `File:blk=${placeText(address + blockBytes - 1)}`
  const owner = `SessId=${session.sessionId} SessTime=${session.sessionTime} JobId=${stream}`
  if (isVolumeLabelIndex(fileIndex)) {
    return `Volume Record: ${place} ${owner} DataLen=${data.length}`
  }
  const isEnd = fileIndex === LABEL.endOfSession
  const label = isEnd ? decodeEndOfSession(data) : decodeSessionLabel(data)
  const title = isEnd ? 'End Job Session Record:' : 'Begin Job Session Record:'
  return `${title} ${place} ${owner}\n${sessionLineText(label)}`
}

async function listBlocks(
  { volumes, devices }: VolumeSelection,
  printer: ToolPrinter,
): Promise<void> {
  for (const name of volumes) {
    const volume = await devices[0].openForReading(name)
    printer.log(`Ready to read from volume "${name}" on device ${deviceText(devices[0])}.`)
    try {
      const reader = new BlockReader(volume.source, { endBytes: volume.endBytes })
      for (let found = await reader.next(); found !== undefined; found = await reader.next()) {
        if (found.kind === 'block') printer.line(blockText(found))
        else printer.error(damageText({ volume: name, place: found }))
      }
    } finally {
      await volume.close()
    }
    printer.log(`End of Volume at file 0 on device ${deviceText(devices[0])}, Volume "${name}"`)
  }
  printer.log('End of all volumes.')
}

function blockText({ address, header, bytes }: ReadBlock): string {
  const { number, sizeBytes, sessionId, sessionTime } = header
  const place = `File:blk=${placeText(address + sizeBytes - 1)} blk_num=${number} blen=${sizeBytes}`
  const dataAt = BLOCK_HEADER_BYTES + RECORD_HEADER_BYTES
  if (bytes.length < dataAt) return `${place} no record`
  const fileIndex = bytes.readInt32BE(BLOCK_HEADER_BYTES)
  const stream = bytes.readInt32BE(BLOCK_HEADER_BYTES + 4)
  const length = Math.min(bytes.readUInt32BE(BLOCK_HEADER_BYTES + 8), bytes.length - dataAt)
  const what = fileIndex < 0 ? String(stream) : streamText(stream)
  return `${place} First rec FI=${fileIndexText(fileIndex)} SessId=${sessionId} SessTim=${sessionTime} Strm=${what} rlen=${length}`
}

async function listLabels(
  { volumes, devices }: VolumeSelection,
  printer: ToolPrinter,
): Promise<void> {
  for (const name of volumes) {
    const volume = await devices[0].openForReading(name)
    const { label, source, endBytes } = volume
    try {
      const found = await new BlockReader(source, { endBytes }).next()
      const sizeBytes = found?.kind === 'block' ? found.header.sizeBytes : 0
      const labelBytes = sizeBytes - BLOCK_HEADER_BYTES - RECORD_HEADER_BYTES
      printer.log(`Ready to read from volume "${name}" on device ${deviceText(devices[0])}.`)
      printer.line(volumeLabelText(label, { fileIndex: LABEL.volume, sizeBytes: labelBytes }))
    } finally {
      await volume.close()
    }
  }
}

/** An address as file and block. */
function placeText(address: number): string {
  return `${Math.floor(address / 2 ** 32)}:${address % 2 ** 32}`
}
