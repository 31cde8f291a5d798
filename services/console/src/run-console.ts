// `coffer console`: reads the configuration, connects to a Director, and serves a terminal or a script.
import { CofferError, PRODUCT, type Secret, systemClock } from '@coffer/core'
import { EXIT_CODES, requireConfig, testConfig } from '@coffer/daemon'
import { dial, type Peer, readClientTls } from '@coffer/wire'
import { join } from 'node:path'
import { type ConsoleArguments, parseConsoleArguments } from './arguments.ts'
import type { ConsoleResource, DirectorResource } from './config/directives.ts'
import { type ConsoleConfig, loadConsoleConfig } from './config/load.ts'
import { ConsoleClient } from './console-client.ts'
import { readHistory, writeHistory } from './history-file.ts'
import { streamLines, TerminalLines } from './line-source.ts'
import { OutputSink } from './output-sink.ts'

/** The name under which a console logs in that has no Console resource. */
const DEFAULT_CONSOLE = '*UserAgent*'
const HISTORY_LENGTH = 100

/** What the console has of its surroundings. */
export interface ConsoleStreams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Configuration when `-c` is not given. */
  readonly defaultConfigPath: string
}

/** Runs a console to its end. Resolves with the exit code; throws what kept it from connecting. */
export async function runConsole(
  argv: readonly string[],
  streams: ConsoleStreams,
): Promise<number> {
  const parsed = parseConsoleArguments(argv)
  if (parsed.kind === 'stop') {
    const stream = parsed.exitCode === EXIT_CODES.ok ? streams.stdout : streams.stderr
    stream.write(parsed.text)
    return parsed.exitCode
  }
  const given = parsed.arguments
  const path = given.configPath ?? streams.defaultConfigPath
  const load = () => loadConsoleConfig(path, streams.env)
  if (given.testOnly) return testConfig(load, (line) => streams.stderr.write(`${line}\n`))
  const config = requireConfig(await load())
  if (given.listDirectors) {
    for (const name of config.directors.keys()) streams.stdout.write(`${name}\n`)
    return EXIT_CODES.ok
  }
  return connect(login(config, given), streams)
}

/** Which Director, as whom. */
interface Login {
  readonly director: DirectorResource
  readonly console: ConsoleResource | undefined
  readonly name: string
  readonly secret: Secret
}

function login(config: ConsoleConfig, given: ConsoleArguments): Login {
  const [first] = config.directors.values()
  const director = given.director === undefined ? first : config.directors.get(given.director)
  if (director === undefined) throw unknown('Director', given.director ?? '')
  const console = consoleOf(config, given, director)
  const secret = console?.password ?? director.password
  if (secret === undefined) {
    throw new CofferError('console-usage', `Director "${director.name}" has no Password`)
  }
  return { director, console, name: console?.name ?? DEFAULT_CONSOLE, secret }
}

/** The one that was named; as with bconsole, without a Password of the Director the one that is there. */
function consoleOf(
  config: ConsoleConfig,
  given: ConsoleArguments,
  director: DirectorResource,
): ConsoleResource | undefined {
  if (given.console !== undefined) {
    const named = config.consoles.get(given.console)
    if (named === undefined) throw unknown('Console', given.console)
    return named
  }
  const [first] = config.consoles.values()
  return director.password === undefined ? first : undefined
}

function unknown(kind: string, name: string): CofferError {
  return new CofferError(
    'console-usage',
    `there is no ${kind} "${name}" in the configuration of the console`,
  )
}

async function connect(who: Login, streams: ConsoleStreams): Promise<number> {
  const { director } = who
  const sink = new OutputSink(streams.stdout)
  await sink.write(`Connecting to Director ${director.address}:${director.port}\n`)
  const peer = dial({
    host: director.address,
    port: director.port,
    identity: { kind: 'console', name: who.name },
    secret: who.secret,
    tls: await readClientTls(director),
    peerName: `Director "${director.name}"`,
    ...(director.heartbeatInterval > 0 ? { keepaliveMs: director.heartbeatInterval * 1000 } : {}),
  })
  try {
    await sink.write(` Encryption: ${await peer.connection.cipher()}\n`)
    return await serve(peer, who, sink, streams)
  } finally {
    peer.close()
    await sink.close()
  }
}

async function serve(
  peer: Peer,
  who: Login,
  sink: OutputSink,
  streams: ConsoleStreams,
): Promise<number> {
  const call = peer.console.attach()
  const isTerminal = streams.stdin.isTTY && streams.stdout.isTTY
  await call.send({
    input: 'hello',
    hello: {
      version: PRODUCT.version,
      interactive: isTerminal,
      columns: isTerminal ? streams.stdout.columns : 0,
    },
  })
  const client = new ConsoleClient({
    call,
    sink,
    isRoot: process.getuid?.() === 0,
    nowMs: () => systemClock.nowMs(),
  })
  if (!isTerminal) return client.run(streamLines(streams.stdin))
  return serveTerminal(client, who, streams)
}

async function serveTerminal(
  client: ConsoleClient,
  who: Login,
  streams: ConsoleStreams,
): Promise<number> {
  const length = who.console?.historyLength ?? HISTORY_LENGTH
  const path = who.console?.historyFile ?? join(streams.env['HOME'] ?? '.', '.coffer_history')
  const terminal = new TerminalLines({
    input: streams.stdin,
    output: streams.stdout,
    history: await readHistory(path, length),
    historyLength: length,
    complete: (line) => client.complete(line),
    onInterrupt: () => {
      client.interrupt()
    },
  })
  try {
    return await client.run(terminal)
  } finally {
    await writeHistory(path, terminal.history, length)
  }
}
