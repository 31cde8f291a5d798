// Finds and reads the files of a configuration: a file or a directory, what they include, what commands print.
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  CofferError,
  type ConfigSource,
  decodePath,
  encodePath,
  formatFault,
  type IncludeReader,
  type IncludeRequest,
  type LoadResult,
  messageOf,
  parseResourceText,
  type ResourceText,
} from '@coffer/core'
import { splitCommand } from './command-line.ts'
import { runCommand } from './exec.ts'

/** Runs a program without a shell and yields what it printed. */
export type ConfigCommandRunner = (
  argv: readonly string[],
) => Promise<{ readonly exitCode: number; readonly stdout: string }>

export type Environment = Readonly<Record<string, string | undefined>>

export interface ConfigAccess {
  readonly env: Environment
  /** For `@|command`; the real thing when it is undefined. */
  readonly run: ConfigCommandRunner | undefined
}

// As `timeout` and shells report them.
const TIMED_OUT = 124
const KILLED = 137
const MAX_FILE_BYTES = 32 * 1024 * 1024

/** MD5 of a text's bytes in lower case hex, the form in which passwords are kept and compared. */
export function md5Hex(text: string): string {
  return createHash('md5').update(encodePath(text)).digest('hex')
}

/**
 * Reads the configuration at `path`: a file; or a directory with `<name>.conf` or `<name>.d/<resource>/*.conf` of one
 * of the names, tried in their order; or such a `.d` directory itself. What is wrong with a text is among its faults.
 * @throws CofferError config-not-found
 */
export async function readConfigText(
  path: string,
  names: readonly string[],
  access: ConfigAccess,
): Promise<ResourceText> {
  const files = await findConfigFiles(resolve(path), names)
  const sources = await Promise.all(files.map(readSource))
  return parseWithIncludes(sources, access)
}

async function findConfigFiles(path: string, names: readonly string[]): Promise<string[]> {
  const kind = await kindOf(path)
  if (kind === 'file') return [path]
  if (kind === undefined) throw new CofferError('config-not-found', `"${path}" does not exist`)
  if (basename(path).endsWith('.d')) return confFilesBelow(path)
  for (const name of names) {
    const file = join(path, `${name}.conf`)
    if ((await kindOf(file)) === 'file') return [file]
    const files = await confFilesBelow(join(path, `${name}.d`))
    if (files.length > 0) return files
  }
  const wanted = names.map((name) => `"${name}.conf" or "${name}.d"`).join(', ')
  throw new CofferError('config-not-found', `"${path}" holds none of ${wanted}`)
}

async function kindOf(path: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file'
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw new CofferError('config-not-found', `"${path}" cannot be read: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** `*.conf` in a directory and in its directories, in the order of their names. */
async function confFilesBelow(directory: string): Promise<string[]> {
  if ((await kindOf(directory)) !== 'directory') return []
  const entries = await readdir(directory, { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const files: string[] = []
  for (const entry of entries) {
    const path = join(directory, entry.name)
    if ((await kindOf(path)) === 'directory') {
      const below = (await readdir(path)).filter(isConfFile).sort()
      files.push(...below.map((name) => join(path, name)))
    } else if (isConfFile(entry.name)) files.push(path)
  }
  return files
}

function isConfFile(name: string): boolean {
  return name.endsWith('.conf') && !name.startsWith('.')
}

async function readSource(file: string): Promise<ConfigSource> {
  try {
    const bytes = await readFile(file)
    if (bytes.length > MAX_FILE_BYTES) {
      throw new CofferError('config-not-found', `"${file}" is larger than ${MAX_FILE_BYTES} bytes`)
    }
    return { file, text: decodePath(bytes) }
  } catch (error) {
    if (error instanceof CofferError) throw error
    throw new CofferError('config-not-found', `"${file}" cannot be read: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

type Included = ReturnType<IncludeReader>

/** The parser is pure and asks for inclusions as it meets them, so it runs again until it has asked for nothing new. */
async function parseWithIncludes(
  sources: readonly ConfigSource[],
  access: ConfigAccess,
): Promise<ResourceText> {
  const known = new Map<string, Included>()
  for (;;) {
    const missing: IncludeRequest[] = []
    const parsed = parseResourceText(sources, (request) => {
      const included = known.get(requestKey(request))
      if (included === undefined) missing.push(request)
      return included ?? []
    })
    if (missing.length === 0) return parsed
    for (const request of missing)
      known.set(requestKey(request), await readIncluded(request, access))
  }
}

function requestKey({ kind, target, at }: IncludeRequest): string {
  return [kind, target, at.file, at.line, at.column].join('\0')
}

async function readIncluded(request: IncludeRequest, access: ConfigAccess): Promise<Included> {
  try {
    return request.kind === 'file'
      ? await readIncludedFiles(request)
      : [await readCommandOutput(request, access)]
  } catch (error) {
    return { error: messageOf(error) }
  }
}

async function readIncludedFiles({ target, at }: IncludeRequest): Promise<Included> {
  const path = resolve(dirname(at.file), target)
  const files = /[*?[]/u.test(target) ? await expandPattern(path) : [path]
  if (files.length === 0) return { error: `no file matches "${target}"` }
  return Promise.all(files.map(readSource))
}

/** Files that match an absolute path with `*`, `?` and `[...]` in its parts, in order of their names. */
async function expandPattern(pattern: string): Promise<string[]> {
  let paths = ['/']
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    if (/[*?[]/u.test(part)) {
      const matches = partMatcher(part)
      const listed = await Promise.all(paths.map((path) => listMatching(path, matches)))
      paths = listed.flat()
    } else paths = paths.map((path) => join(path, part))
  }
  const kinds = await Promise.all(paths.map(kindOf))
  return paths.filter((_, i) => kinds[i] === 'file').sort()
}

async function listMatching(directory: string, matches: RegExp): Promise<string[]> {
  if ((await kindOf(directory)) !== 'directory') return []
  const names = await readdir(directory)
  return names.filter((name) => matches.test(name)).map((name) => join(directory, name))
}

function partMatcher(part: string): RegExp {
  const source = part.replace(/\[!?[^\]]+\]|[*?]|[\\^$.|+(){}[\]]/gu, (piece) => {
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    return piece.length > 1 ? piece.replace(/^\[!/u, '[^').replaceAll('\\', '\\\\') : `\\${piece}`
  })
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'u')
}

async function readCommandOutput(
  { target, at }: IncludeRequest,
  access: ConfigAccess,
): Promise<ConfigSource> {
  const run = access.run ?? commandRunner(access.env)
  const { exitCode, stdout } = await run(splitCommand(target))
  if (exitCode !== 0) {
    throw new CofferError('config-invalid', `command "${target}" ended with exit code ${exitCode}`)
  }
  return { file: `${at.file}:${at.line}@|`, text: stdout }
}

const COMMAND_TIMEOUT_MS = 60_000

function commandRunner(env: Environment): ConfigCommandRunner {
  return async ([program = '', ...rest]) => {
    const result = await runCommand({
      argv: [program, ...rest],
      env,
      timeoutMs: COMMAND_TIMEOUT_MS,
      keepBytes: MAX_FILE_BYTES,
    })
    const exitCode = result.timedOut ? TIMED_OUT : (result.exitCode ?? KILLED)
    return { exitCode, stdout: decodePath(result.stdoutTail) }
  }
}

/** The configuration, or an error that lists every fault. */
export function requireConfig<Config>(result: LoadResult<Config>): Config {
  if (result.config !== undefined && result.faults.length === 0) return result.config
  const lines = result.faults.map(formatFault)
  throw new CofferError('config-invalid', `the configuration has faults:\n${lines.join('\n')}`)
}

/**
 * What `-t` does: writes every fault and warning with its place, one by one.
 * @returns the exit code, 0 when there is no fault, else 1
 */
export async function testConfig(
  load: () => Promise<LoadResult<unknown>>,
  write: (line: string) => void,
): Promise<0 | 1> {
  try {
    const { faults, warnings } = await load()
    for (const warning of warnings)
      write(formatFault({ ...warning, message: `warning: ${warning.message}` }))
    for (const fault of faults) write(formatFault(fault))
    return faults.length === 0 ? 0 : 1
  } catch (error) {
    write(messageOf(error))
    return 1
  }
}
