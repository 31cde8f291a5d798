// Labels: what a Volume, the begin of a session and its end say about themselves.
import { CofferError, LABEL } from '@coffer/core'
import { SerialReader, SerialWriter } from './serial.ts'

/** The two families share the format and differ in the words with which a label begins. */
export const LABEL_FAMILIES = {
  bareos: { id: 'Bareos 2.0 immortal\n', version: 20 },
  bacula: { id: 'Bacula 1.0 immortal\n', version: 11 },
} as const
export type LabelFamily = keyof typeof LABEL_FAMILIES

/** Ids of older labels that may still be read. */
const FAMILY_BY_ID: ReadonlyMap<string, LabelFamily> = new Map([
  ['Bareos 2.0 immortal\n', 'bareos'],
  ['Bareos 1.0 immortal\n', 'bareos'],
  ['Bareos 0.9 mortal\n', 'bareos'],
  ['Bacula 1.0 immortal\n', 'bacula'],
  ['Bacula 0.9 mortal\n', 'bacula'],
])

/** Before this version times were floating point days. No Volume of the last twenty years has it. */
const OLDEST_VERSION = 11

/** Times are microseconds since the epoch. */
export interface VolumeLabel {
  readonly family: LabelFamily
  readonly version: number
  readonly labelMicros: number
  readonly writeMicros: number
  readonly volumeName: string
  readonly previousVolumeName: string
  readonly poolName: string
  readonly poolType: string
  readonly mediaType: string
  readonly hostName: string
  readonly labelProgram: string
  readonly programVersion: string
  readonly programDate: string
}

/** `jobType` and `jobLevel` are letters. */
export interface SessionLabel {
  readonly family: LabelFamily
  readonly version: number
  readonly jobId: number
  readonly writeMicros: number
  readonly poolName: string
  readonly poolType: string
  readonly jobName: string
  readonly clientName: string
  readonly job: string
  readonly fileSetName: string
  readonly jobType: string
  readonly jobLevel: string
  readonly fileSetMd5: string
}

/** Totals of an ended session. Blocks are the low, files the high 32 bits of addresses; `jobStatus` is a letter. */
export interface SessionTotals {
  readonly files: number
  readonly bytes: number
  readonly startBlock: number
  readonly endBlock: number
  readonly startFile: number
  readonly endFile: number
  readonly errors: number
  readonly jobStatus: string
}

export interface EndOfSessionLabel extends SessionLabel {
  readonly totals: SessionTotals
}

export function encodeVolumeLabel(label: VolumeLabel): Buffer {
  return beginLabel(label)
    .uint64(label.labelMicros)
    .uint64(label.writeMicros)
    .float64(0)
    .float64(0)
    .text(label.volumeName)
    .text(label.previousVolumeName)
    .text(label.poolName)
    .text(label.poolType)
    .text(label.mediaType)
    .text(label.hostName)
    .text(label.labelProgram)
    .text(label.programVersion)
    .text(label.programDate)
    .finish()
}

/** Throws `volume-label-invalid` for bytes that are no Volume label of either family. */
export function decodeVolumeLabel(bytes: Buffer): VolumeLabel {
  const serial = new SerialReader(bytes)
  const { family, version } = readIdentity(serial)
  const labelMicros = serial.uint64()
  const writeMicros = serial.uint64()
  serial.float64()
  serial.float64()
  return {
    family,
    version,
    labelMicros,
    writeMicros,
    volumeName: serial.text(),
    previousVolumeName: serial.text(),
    poolName: serial.text(),
    poolType: serial.text(),
    mediaType: serial.text(),
    hostName: serial.text(),
    labelProgram: serial.text(),
    programVersion: serial.text(),
    programDate: serial.text(),
  }
}

export function encodeSessionLabel(label: SessionLabel): Buffer {
  return putSession(label).finish()
}

export function encodeEndOfSession(label: EndOfSessionLabel): Buffer {
  const { totals } = label
  return putSession(label)
    .uint32(totals.files)
    .uint64(totals.bytes)
    .uint32(totals.startBlock)
    .uint32(totals.endBlock)
    .uint32(totals.startFile)
    .uint32(totals.endFile)
    .uint32(totals.errors)
    .uint32(letterCode(totals.jobStatus))
    .finish()
}

/** Throws `volume-label-invalid` for bytes that are no session label of either family. */
export function decodeSessionLabel(bytes: Buffer): SessionLabel {
  return readSession(new SerialReader(bytes))
}

/** Throws `volume-label-invalid` for bytes that are no end-of-session label of either family. */
export function decodeEndOfSession(bytes: Buffer): EndOfSessionLabel {
  const serial = new SerialReader(bytes)
  const session = readSession(serial)
  const totals = {
    files: serial.uint32(),
    bytes: serial.uint64(),
    startBlock: serial.uint32(),
    endBlock: serial.uint32(),
    startFile: serial.uint32(),
    endFile: serial.uint32(),
    errors: serial.uint32(),
    jobStatus: letterOf(serial.uint32()),
  }
  return { ...session, totals }
}

/** Whether a record of this FileIndex is a label of a Volume, written or not yet written. */
export function isVolumeLabelIndex(fileIndex: number): boolean {
  return fileIndex === LABEL.volume || fileIndex === LABEL.preLabel
}

function beginLabel(label: { family: LabelFamily; version: number }): SerialWriter {
  return new SerialWriter().text(LABEL_FAMILIES[label.family].id).uint32(label.version)
}

function putSession(label: SessionLabel): SerialWriter {
  return beginLabel(label)
    .uint32(label.jobId)
    .uint64(label.writeMicros)
    .float64(0)
    .text(label.poolName)
    .text(label.poolType)
    .text(label.jobName)
    .text(label.clientName)
    .text(label.job)
    .text(label.fileSetName)
    .uint32(letterCode(label.jobType))
    .uint32(letterCode(label.jobLevel))
    .text(label.fileSetMd5)
}

function readSession(serial: SerialReader): SessionLabel {
  const { family, version } = readIdentity(serial)
  const jobId = serial.uint32()
  const writeMicros = serial.uint64()
  serial.float64()
  return {
    family,
    version,
    jobId,
    writeMicros,
    poolName: serial.text(),
    poolType: serial.text(),
    jobName: serial.text(),
    clientName: serial.text(),
    job: serial.text(),
    fileSetName: serial.text(),
    jobType: letterOf(serial.uint32()),
    jobLevel: letterOf(serial.uint32()),
    fileSetMd5: serial.text(),
  }
}

function readIdentity(serial: SerialReader): { family: LabelFamily; version: number } {
  const id = serial.text()
  const family = FAMILY_BY_ID.get(id)
  if (family === undefined) throw invalid('it is neither of Bareos nor of Bacula')
  const version = serial.uint32()
  if (version < OLDEST_VERSION) throw invalid(`version ${version} is too old to be read`)
  return { family, version }
}

function letterCode(letter: string): number {
  return letter === '' ? 0 : letter.charCodeAt(0) & 0xff
}

function letterOf(code: number): string {
  return code === 0 ? '' : String.fromCharCode(code & 0xff)
}

function invalid(text: string): CofferError {
  return new CofferError('volume-label-invalid', `volume label: ${text}`)
}
