// What a command gets to work with: the Director, the typed line, where to say things, and whom to ask.
import { CofferError } from '@coffer/core'
import type { JobRow } from '../catalog/jobs.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { Director } from '../director.ts'
import type { JobProgress } from '../job/progress.ts'
import type { Selection } from '../restore/plan.ts'
import type { Rights } from './acl.ts'
import { type CommandLine, findValue } from './command-line.ts'
import { type Menu, menuQuestion, menuText, readMenuAnswer } from './menu.ts'
import type { ApiMode, Output } from './output.ts'

/** `main`: a command is awaited; `tree`: a command of the file tree; `answer`, `yesno`: an answer to a question. */
type PromptKind = 'main' | 'tree' | 'answer' | 'yesno'

/** The far end of a session: a terminal, a script, a test. */
export interface ConsoleIo {
  /** Resolves when more may be written. */
  write(text: string): Promise<void>
  /** The next line that is typed. Rejects with `console-gone` when nobody will type any more. */
  prompt(prompt: ConsolePrompt, signal: AbortSignal): Promise<string>
  /** Shows how far a Job has come; a terminal has it, a script does not. */
  readonly progress?: ((shown: ShownProgress) => Promise<void>) | undefined
}

/** A Job that an operator waits for. */
interface ShownProgress extends JobProgress {
  readonly jobId: number
}

export interface ConsolePrompt {
  readonly kind: PromptKind
  readonly text: string
  readonly messagesPending: boolean
}

/** What one session remembers from command to command. */
export interface SessionState {
  /** Name of the Console resource; the default console has the one below. */
  readonly console: string
  readonly connectedMs: number
  api: ApiMode
  isCompact: boolean
  /** Show messages by themselves after each command. */
  isAutodisplay: boolean
  /** Answer every confirmation with yes and refuse every other question. */
  isBatch: boolean
  isAutomount: boolean
  /** "You have messages." was said since messages were last taken. */
  isNotified: boolean
  isEnding: boolean
  /** Catalog names that were announced, once for queries and once for the rest, as Bareos has two connections. */
  readonly announcedCatalogs: Set<string>
}

/** Name of the default console, as messages are kept for it. */
export const DEFAULT_CONSOLE = '*UserAgent*'

/** Files that were chosen for a restore to come. */
interface KeptSelection {
  readonly selection: Selection
  readonly jobs: readonly JobRow[]
}

/** What all sessions of a Director share. */
export interface ConsoleHouse {
  /** Number of the next bootstrap file, from 1. */
  nextBootstrapNumber(): number
  /** What .bvfs_restore chose, by the name that `restore file=?name` gives. */
  readonly selections: Map<string, KeptSelection>
  /** Sessions that are open, for `status director`: when each came. */
  readonly sessions: Map<symbol, SessionState>
}

export interface CommandContext {
  readonly director: Director
  /** The configuration that was in force when the command was typed. */
  readonly config: DirectorConfig
  readonly line: CommandLine
  readonly out: Output
  readonly rights: Rights
  readonly state: SessionState
  readonly house: ConsoleHouse
  /** Aborted when the operator interrupts the command and when the console goes. */
  readonly signal: AbortSignal
  /** Undefined where nobody looks. */
  readonly progress?: ConsoleIo['progress'] | undefined
  /**
   * Asks; the answer comes without surrounding white space. Throws `console-aborted` when it is a period.
   * `candidates` completes what is being typed.
   */
  ask(text: string, kind?: Exclude<PromptKind, 'main'>, candidates?: Completer): Promise<string>
}

/** What may replace the last word of an unfinished line. */
export type Completer = (line: string) => Promise<readonly string[]>

export type Command = (context: CommandContext) => Promise<void>

/** A menu, asked until it is answered; the only choice is taken by itself and named as `automatic`. */
export async function choose(
  context: CommandContext,
  menu: Menu & { readonly automatic?: string },
): Promise<number> {
  const [only, second] = menu.items
  if (menu.automatic !== undefined && only !== undefined && second === undefined) {
    await context.out.text(`Automatically selected ${menu.automatic}: ${only}\n`)
    return 0
  }
  await context.out.text(menuText(menu))
  for (;;) {
    const answer = readMenuAnswer(await context.ask(menuQuestion(menu)), menu)
    if (answer.kind === 'chosen') return answer.index
    await context.out.text(answer.text)
  }
}

const YES_WORDS = new Set(['yes', 'y', '1', 'true'])
const NO_WORDS = new Set(['no', 'n', '0', 'false'])

/** `yes` and `no` in all forms that Bareos takes; undefined for anything else. */
export function readYesNo(word: string): boolean | undefined {
  const answer = word.trim().toLowerCase()
  if (YES_WORDS.has(answer)) return true
  return NO_WORDS.has(answer) ? false : undefined
}

/** A question that ends in "(yes/no): ", asked until it is answered. `yes` on the line, and batch mode, answer it. */
export async function confirm(context: CommandContext, question: string): Promise<boolean> {
  if (context.state.isBatch || hasYes(context.line)) return true
  for (;;) {
    const answer = readYesNo(await context.ask(question, 'yesno'))
    if (answer !== undefined) return answer
    await context.out.text('Invalid response. You must answer yes or no.\n')
  }
}

export function hasYes(line: CommandLine): boolean {
  return line.args.some(({ keyword, value }) => keyword === 'yes' && value === undefined)
}

/** A number argument; undefined when it is not on the line. Throws `console-usage` for what is no number. */
export function findNumber(line: CommandLine, ...keywords: readonly string[]): number | undefined {
  const value = findValue(line, ...keywords)
  if (value === undefined) return undefined
  if (!/^\d{1,15}$/.test(value)) {
    throw new CofferError('console-usage', `"${value}" is not a number (${keywords[0] ?? ''})`)
  }
  return Number(value)
}

/** Says which Catalog is used, the first time in a session for each kind of use. */
export async function announceCatalog(
  context: CommandContext,
  use: 'query' | 'work',
): Promise<void> {
  const { announcedCatalogs } = context.state
  const { name } = context.director.catalog
  if (announcedCatalogs.has(use)) return
  const isFirst = announcedCatalogs.size === 0
  announcedCatalogs.add(use)
  const isImplied = findValue(context.line, 'catalog', 'client', 'job', 'jobname') !== undefined
  if (isFirst && !isImplied) await context.out.text(`Automatically selected Catalog: ${name}\n`)
  await context.out.text(`Using Catalog "${name}"\n`)
}
