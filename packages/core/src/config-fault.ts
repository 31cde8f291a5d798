// What is wrong with a configuration and where: the form in which every fault and warning is reported.

/** A place in a configuration text; line and column count from 1. */
export interface TextPosition {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface ConfigFault extends TextPosition {
  readonly message: string
  readonly hint?: string
}

/** What loading a configuration yields: no `config` when there are faults. */
export interface LoadResult<Config> {
  readonly config?: Config
  readonly faults: readonly ConfigFault[]
  readonly warnings: readonly ConfigFault[]
}

/** Collects faults and warnings while a configuration is read. */
export class FaultList {
  readonly faults: ConfigFault[] = []
  readonly warnings: ConfigFault[] = []

  fault(at: TextPosition, message: string, hint?: string): void {
    this.faults.push(configFault(at, message, hint))
  }

  warn(at: TextPosition, message: string, hint?: string): void {
    this.warnings.push(configFault(at, message, hint))
  }
}

function configFault(at: TextPosition, message: string, hint?: string): ConfigFault {
  const { file, line, column } = at
  return hint === undefined
    ? { file, line, column, message }
    : { file, line, column, message, hint }
}

/** `file:line:column: message`, the hint on a line of its own. */
export function formatFault(fault: ConfigFault): string {
  const place = `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`
  return fault.hint === undefined ? place : `${place}\n    hint: ${fault.hint}`
}
