// Decides what to do with a Volume that the Director offers for writing, from what the Catalog and the file say. Pure.
import type { ErrorCode } from '@coffer/core'
import type { LabelFamily } from '../volume/label.ts'

/** What the Catalog knows. */
export interface OfferedVolume {
  readonly name: string
  /** VolStatus word. */
  readonly status: string
  /** Size of the Volume as the Catalog knows it; 0 or 1: without label yet. */
  readonly bytes: number
}

/** What was found in the Archive Device directory. */
export interface FoundFile {
  readonly sizeBytes: number
  /** Undefined when the file does not begin with a sound label block. */
  readonly label:
    | { readonly volumeName: string; readonly family: LabelFamily; readonly blockBytes: number }
    | undefined
}

export type AppendDecision =
  /** Write a label; the file is created, or emptied before when `reason` is `recycle`. */
  | { readonly action: 'label'; readonly reason: 'new' | 'recycle' }
  /** Go on at `endBytes`; `isLonger`: find the end of the sound blocks behind it first. */
  | { readonly action: 'append'; readonly endBytes: number; readonly isLonger: boolean }
  /** The Volume cannot be used; `isFaulty`: it is to be marked in Error. */
  | {
      readonly action: 'refuse'
      readonly code: ErrorCode
      readonly text: string
      readonly isFaulty: boolean
    }

/** Below this the Catalog speaks of a Volume that nobody has labelled. */
const UNLABELLED_BYTES = 2

/** `file` is undefined when there is none; `mayLabel` is Label Media of the Device. */
export function decideAppend(
  offered: OfferedVolume,
  file: FoundFile | undefined,
  mayLabel: boolean,
): AppendDecision {
  if (offered.status === 'Recycle') return decideRecycle(offered, file)
  if (offered.bytes < UNLABELLED_BYTES) return decideFirstUse(offered, file, mayLabel)
  if (file === undefined) return faulty('volume-missing', 'its file is not there')
  const mismatch = labelFault(offered, file)
  if (mismatch !== undefined) return mismatch
  if (file.sizeBytes < offered.bytes) {
    return faulty(
      'volume-truncated',
      `its file has ${file.sizeBytes} bytes where the Catalog knows ${offered.bytes}`,
    )
  }
  return {
    action: 'append',
    endBytes: offered.bytes,
    isLonger: file.sizeBytes > offered.bytes,
  }
}

/** A Volume to be recycled is overwritten, unless the file is evidently another's. */
function decideRecycle(offered: OfferedVolume, file: FoundFile | undefined): AppendDecision {
  if (file === undefined || file.sizeBytes === 0) return { action: 'label', reason: 'new' }
  return labelFault(offered, file) ?? { action: 'label', reason: 'recycle' }
}

/** A Volume that the Catalog has not seen in use may not destroy a file that holds anything. */
function decideFirstUse(
  offered: OfferedVolume,
  file: FoundFile | undefined,
  mayLabel: boolean,
): AppendDecision {
  if (file !== undefined && file.sizeBytes > 0) {
    const fault = labelFault(offered, file)
    if (fault !== undefined) return fault
    if (file.sizeBytes === file.label?.blockBytes) {
      return { action: 'append', endBytes: file.sizeBytes, isLonger: false }
    }
    return faulty(
      'volume-unknown-data',
      `the Catalog takes it for new, and its file holds ${file.sizeBytes} bytes`,
    )
  }
  if (mayLabel) return { action: 'label', reason: 'new' }
  return {
    action: 'refuse',
    code: 'volume-label-forbidden',
    text: 'it has no label and the Device may not write one (Label Media = no)',
    isFaulty: false,
  }
}

function labelFault(offered: OfferedVolume, file: FoundFile): AppendDecision | undefined {
  if (file.label === undefined) {
    return faulty('volume-label-invalid', 'its file does not begin with the label of a Volume')
  }
  if (file.label.volumeName === offered.name) return undefined
  return faulty('volume-mismatch', `the label in its file names "${file.label.volumeName}"`)
}

function faulty(code: ErrorCode, text: string): AppendDecision {
  return { action: 'refuse', code, text, isFaulty: true }
}
