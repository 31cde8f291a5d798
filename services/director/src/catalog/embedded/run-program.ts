// How PostgreSQL's programs are run: the part of packages/daemon's runCommand that is needed here.

export interface ProgramEnd {
  readonly exitCode: number | undefined
  readonly stdoutTail: Buffer
  readonly stderrTail: Buffer
  readonly timedOut: boolean
}

export type RunProgram = (options: {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}) => Promise<ProgramEnd>
