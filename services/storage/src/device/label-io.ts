// Labels of Volume files: looking at them and writing them.
import { CofferError } from '@coffer/core'
import { decodeLabelBlock, MAX_LABEL_BLOCK_BYTES } from '../volume/label-block.ts'
import type { VolumeLabel } from '../volume/label.ts'
import type { FoundFile } from './append-decision.ts'
import type { VolumeFile } from './volume-file.ts'

/** Size and label of a file. */
export async function lookAt(file: VolumeFile): Promise<FoundFile> {
  const sizeBytes = await file.sizeBytes()
  const found = await readLabel(file).catch((error: unknown) => {
    if (error instanceof CofferError && error.code === 'volume-label-invalid') return undefined
    throw error
  })
  const label = found && {
    volumeName: found.label.volumeName,
    family: found.label.family,
    blockBytes: found.sizeBytes,
  }
  return { sizeBytes, label }
}

/** The label that a file begins with, or undefined. Throws `volume-label-invalid` for one that is unintelligible. */
export async function readLabel(file: VolumeFile): Promise<ReturnType<typeof decodeLabelBlock>> {
  const head = Buffer.alloc(MAX_LABEL_BLOCK_BYTES)
  const length = await file.readAt(head, 0)
  return decodeLabelBlock(head.subarray(0, length))
}

/** Empties the file and writes a label block, durably. Returns the size of the file. */
export async function writeLabel(file: VolumeFile, block: Buffer): Promise<number> {
  await file.truncate(0)
  await file.writeAt([block], 0)
  await file.sync()
  return block.length
}

/** Throws when a file does not begin with the label of that Volume. */
export function checkLabelName(
  label: VolumeLabel | undefined,
  volumeName: string,
  path: string,
): asserts label is VolumeLabel {
  if (label === undefined) {
    throw new CofferError(
      'volume-label-invalid',
      `"${path}" does not begin with the label of a Volume`,
    )
  }
  if (label.volumeName !== volumeName) {
    throw new CofferError(
      'volume-mismatch',
      `the label in "${path}" names Volume "${label.volumeName}"`,
    )
  }
}
