// bextract: restores from Volumes without a Director.
import { readFile, stat } from 'node:fs/promises'
import { CofferError, messageOf, systemClock } from '@coffer/core'
import {
  createRestorer,
  KeyRing,
  type RestoreProblem,
  type Restorer,
  type RestoreTotals,
} from '@coffer/files'
import { type ReadRecord, RecordReader } from '../session/record-reader.ts'
import { deviceText } from '../session/session-text.ts'
import { sessionKeyText } from '../volume/block.ts'
import { loadPathFilter, type PathFilter } from './path-list.ts'
import { explainFailure, reportStep } from './report-step.ts'
import { parseToolArguments, type ToolArguments } from './tool-arguments.ts'
import { TOOL_EXIT, type ToolIo, ToolPrinter } from './tool-io.ts'
import { selectVolumes } from './volume-selection.ts'

const HELP = `Usage: coffer bextract [options] <volume-file>... | <directory> | <device-name>  <directory-to-store-files>
  -b <file>     a Bootstrap: restore only what it asks for
  -c <path>     configuration of the storage daemon, for a Device name
  -V <volumes>  Volume names, separated by |, for a directory or a Device
  -i <file>     restore only the paths in this file, one to a line
  -e <file>     leave out the paths in this file
  -K <file>     keys in PEM form, for files that are encrypted or signed
  -p            end with 0 in spite of errors
  -t            read and check everything, write nothing
  -v            name every file
`

/** Runs the tool; resolves with its exit code: 0, 1 when anything was lost, 41 for a wrong command line. */
export async function runBextract(argv: readonly string[], io: ToolIo): Promise<number> {
  const parsed = parseToolArguments(argv, ['b', 'c', 'd', 'D', 'e', 'i', 'K', 'V', 'p', 't', 'v'])
  if (parsed.kind !== 'run') {
    const isHelp = parsed.kind === 'help'
    if (isHelp) io.stdout.write(HELP)
    else io.stderr.write(`coffer bextract: ${parsed.text}\n${HELP}`)
    return isHelp ? TOOL_EXIT.ok : TOOL_EXIT.commandLine
  }
  const printer = new ToolPrinter('bextract', io)
  try {
    await extract(parsed.arguments, io, printer)
  } catch (error) {
    return explainFailure(printer, error)
  }
  return printer.errors > 0 && !parsed.arguments.flag('p') ? TOOL_EXIT.failed : TOOL_EXIT.ok
}

async function extract(args: ToolArguments, io: ToolIo, printer: ToolPrinter): Promise<void> {
  const isDryRun = args.flag('t')
  const names = isDryRun ? args.names : args.names.slice(0, -1)
  const where = isDryRun
    ? ''
    : await directory(args.names.length > 1 ? args.names.at(-1) : undefined)
  const selection = await selectVolumes(
    {
      names,
      volumes: args.text('V'),
      bootstrapPath: args.text('b'),
      configPath: args.text('c'),
    },
    io,
  )
  const wants = await loadPathFilter({ include: args.text('i'), exclude: args.text('e') })
  const keys = await loadKeys(args.text('K'))
  printer.line(`bextract: Using device: "${selection.devices[0].name}" for reading.`)
  const nowMs = (io.clock ?? systemClock).nowMs()
  const sessions = new SessionRestorers(printer, {
    where,
    wants,
    keys,
    nowMs,
    isVerbose: args.flag('v'),
  })
  const reader = new RecordReader({ ...selection })
  for await (const step of reader.read()) {
    if (step.kind !== 'records') reportStep(printer, step)
    else if (!isDryRun) for (const record of step.records) sessions.accept(record)
  }
  const { files, errors } = sessions.end()
  printer.log('End of all volumes.')
  printer.line(`${files} files restored.`)
  if (errors > 0) printer.line(`Found ${errors} error${errors === 1 ? '' : 's'}`)
  printer.log(`Releasing device ${deviceText(selection.devices[0])}.`)
}

async function loadKeys(name: string | undefined): Promise<KeyRing | undefined> {
  if (name === undefined) return undefined
  let text: string
  try {
    text = await readFile(name, 'utf8')
  } catch (error) {
    const why = `cannot read the keys "${name}": ${messageOf(error)}`
    throw new CofferError('tool-file', why, { cause: error })
  }
  return new KeyRing({ sources: [{ name, text }], expectsSignatures: false })
}

async function directory(path: string | undefined): Promise<string> {
  if (path === undefined) {
    throw new CofferError('tool-usage', 'name the Volumes, then the directory to store files in')
  }
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) return path
  throw new CofferError('tool-file', `"${path}" is no directory: it must be there before`)
}

interface RestoreRules {
  readonly where: string
  readonly wants: PathFilter
  readonly keys: KeyRing | undefined
  readonly nowMs: number
  readonly isVerbose: boolean
}

/** One restorer for each session, since the blocks of several may take turns. */
class SessionRestorers {
  readonly #printer: ToolPrinter
  readonly #rules: RestoreRules
  readonly #restorers = new Map<string, Restorer>()

  constructor(printer: ToolPrinter, rules: RestoreRules) {
    this.#printer = printer
    this.#rules = rules
  }

  accept(record: ReadRecord): void {
    const key = sessionKeyText(record.session)
    const restorer = this.#restorers.get(key) ?? this.#make(key)
    restorer.accept(record)
  }

  /** Ends all, in the order in which they began. */
  end(): Pick<RestoreTotals, 'files' | 'errors'> {
    let files = 0
    let errors = 0
    for (const restorer of this.#restorers.values()) {
      const totals = restorer.end()
      files += totals.files
      errors += totals.errors
    }
    return { files, errors }
  }

  #make(key: string): Restorer {
    const { where, wants, keys, nowMs, isVerbose } = this.#rules
    const printer = this.#printer
    const restorer = createRestorer({
      where,
      wants,
      keys,
      replace: 'always',
      tag: `bextract-${key}`,
      nowMs,
      report: (problem) => {
        this.#report(problem)
      },
      ...(isVerbose ? { restored: ({ path }) => printer.line(`bextract JobId 0: ${path}`) } : {}),
    })
    this.#restorers.set(key, restorer)
    return restorer
  }

  #report({ kind, text }: RestoreProblem): void {
    if (kind === 'info') this.#printer.log(text)
    else if (kind === 'warning') this.#printer.log(`Warning: ${text}`)
    else this.#printer.error(text)
    if (kind === 'fatal') throw new CofferError('device-full', text)
  }
}
