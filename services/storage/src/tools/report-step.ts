// Lines of a tool for what it meets on the way: Volumes, damage, files that are lost.
import { CofferError } from '@coffer/core'
import type { ReadStep } from '../session/record-reader.ts'
import { damageText, problemText } from '../session/problem-text.ts'
import { deviceText } from '../session/session-text.ts'
import type { ToolPrinter } from './tool-io.ts'

/** Prints any step but records; troubles count as errors. */
export function reportStep(
  printer: ToolPrinter,
  step: Exclude<ReadStep, { kind: 'records' }>,
): void {
  switch (step.kind) {
    case 'volume':
      printer.log(
        `Ready to read from volume "${step.volume.name}" on device ${deviceText(step.device)}.`,
      )
      break
    case 'volume-end':
      printer.log(
        `End of Volume at file 0 on device ${deviceText(step.device)}, Volume "${step.volume.name}"`,
      )
      break
    case 'volume-lost':
      printer.error(step.error.message)
      break
    case 'damage':
      printer.error(damageText(step))
      break
    case 'problem':
      printer.error(problemText(step))
      break
  }
}

/** The text and the hint of any failure, and the exit code it stands for. */
export function explainFailure(printer: ToolPrinter, error: unknown): number {
  if (!(error instanceof CofferError)) throw error
  printer.error(error.message)
  printer.error(`HINT: ${error.hint}`)
  return error.entry.exitCode
}
