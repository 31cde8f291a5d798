// Labels as text, in the shapes of bls.
import { LABEL, reportTimeText, withCommas } from '@coffer/core'
import {
  type EndOfSessionLabel,
  LABEL_FAMILIES,
  type SessionLabel,
  type VolumeLabel,
} from '../volume/label.ts'

const LABEL_WORDS: ReadonlyMap<number, string> = new Map([
  [LABEL.preLabel, 'PRE_LABEL'],
  [LABEL.volume, 'VOL_LABEL'],
  [LABEL.endOfMedia, 'EOM_LABEL'],
  [LABEL.startOfSession, 'SOS_LABEL'],
  [LABEL.endOfSession, 'EOS_LABEL'],
  [LABEL.endOfTape, 'EOT_LABEL'],
  [LABEL.startOfBlock, 'SOB_LABEL'],
  [LABEL.endOfBlock, 'EOB_LABEL'],
])

/** "SOS_LABEL", or the number itself for a file. */
export function fileIndexText(fileIndex: number): string {
  return LABEL_WORDS.get(fileIndex) ?? String(fileIndex)
}

/** `-L`: everything that the label of a Volume says. `sizeBytes` is that of its record. */
export function volumeLabelText(
  label: VolumeLabel,
  { fileIndex, sizeBytes }: { readonly fileIndex: number; readonly sizeBytes: number },
): string {
  return rows('Volume Label:', [
    ['Id', LABEL_FAMILIES[label.family].id.trimEnd()],
    ['VerNo', label.version],
    ['VolName', label.volumeName],
    ['PrevVolName', label.previousVolumeName],
    ['VolFile', 0],
    ['LabelType', fileIndexText(fileIndex)],
    ['LabelSize', sizeBytes],
    ['PoolName', label.poolName],
    ['MediaType', label.mediaType],
    ['PoolType', label.poolType],
    ['HostName', label.hostName],
    ['Date label written', minuteText(label.labelMicros)],
  ])
}

/** Everything that the label of a session says. */
export function sessionLabelText(label: SessionLabel | EndOfSessionLabel): string {
  const totals = 'totals' in label ? label.totals : undefined
  const title = totals === undefined ? 'Begin Job Session Record:' : 'End Job Session Record:'
  return rows(title, [
    ['JobId', label.jobId],
    ['VerNum', label.version],
    ['PoolName', label.poolName],
    ['PoolType', label.poolType],
    ['JobName', label.jobName],
    ['ClientName', label.clientName],
    ['Job (unique name)', label.job],
    ['FileSet', label.fileSetName],
    ['JobType', label.jobType],
    ['JobLevel', label.jobLevel],
    ...(totals === undefined
      ? []
      : ([
          ['JobFiles', withCommas(totals.files)],
          ['JobBytes', withCommas(totals.bytes)],
          ['StartBlock', withCommas(totals.startBlock)],
          ['EndBlock', withCommas(totals.endBlock)],
          ['StartFile', withCommas(totals.startFile)],
          ['EndFile', withCommas(totals.endFile)],
          ['JobErrors', withCommas(totals.errors)],
          ['JobStatus', totals.jobStatus],
        ] as const)),
    ['Date written', minuteText(label.writeMicros)],
  ])
}

/** The line of `-j` below a session's place. */
export function sessionLineText(label: SessionLabel | EndOfSessionLabel): string {
  const date = reportTimeText(label.writeMicros / 1000)
  const line = `   Job=${label.job} Date=${date} Level=${label.jobLevel} Type=${label.jobType}`
  if (!('totals' in label)) return line
  const { files, bytes, errors, jobStatus } = label.totals
  return `${line} Files=${withCommas(files)} Bytes=${withCommas(bytes)} Errors=${withCommas(errors)} Status=${jobStatus}`
}

const NAME_WIDTH = 18

function rows(
  title: string,
  entries: readonly (readonly [name: string, value: string | number])[],
): string {
  const lines = entries.map(([name, value]) => `${name.padEnd(NAME_WIDTH)}: ${value}`)
  return `\n${title}\n${lines.join('\n')}`
}

/** "21-Nov-2026 02:05". */
function minuteText(micros: number): string {
  return reportTimeText(micros / 1000).slice(0, -':00'.length)
}
