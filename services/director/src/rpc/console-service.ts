// The console service: one Attach call is one session.
import { CofferError, decodePath, encodePath, toCofferError } from '@coffer/core'
import type {
  Call,
  CallContext,
  ConsoleHandlers,
  ConsoleInput,
  ConsoleOutputInit,
} from '@coffer/wire'
import { ALL_RIGHTS, makeRights, type Rights } from '../console/acl.ts'
import { type ConsoleHouse, type ConsoleIo, DEFAULT_CONSOLE } from '../console/context.ts'
import { ConsoleSession } from '../console/session.ts'
import type { DirectorConfig } from '../config/load.ts'
import type { Director } from '../director.ts'
import { ConsoleInbox } from './console-inbox.ts'

/** Serves consoles of this Director; who calls was proved before. */
export function consoleHandlers(director: Director): ConsoleHandlers {
  const house = openHouse()
  return { attach: (call, context) => attach(director, house, call, context) }
}

/** What the sessions of one Director share. */
export function openHouse(): ConsoleHouse {
  let bootstraps = 0
  return {
    nextBootstrapNumber: () => (bootstraps += 1),
    selections: new Map(),
    sessions: new Map(),
  }
}

type ConsoleCall = Call<ConsoleOutputInit, ConsoleInput>

async function attach(
  director: Director,
  house: ConsoleHouse,
  call: ConsoleCall,
  { peer, signal }: CallContext,
): Promise<void> {
  const hello = await call.receive()
  if (hello?.input !== 'hello') {
    throw new CofferError('console-usage', 'a console session begins with a greeting')
  }
  const config = director.config()
  if (house.sessions.size >= config.director.maximumConsoleConnections) {
    throw new CofferError(
      'console-crowded',
      `${house.sessions.size} console sessions are open, no more are allowed`,
    )
  }
  const inbox = new ConsoleInbox()
  const gone = new AbortController()
  const session = new ConsoleSession({
    director,
    house,
    io: makeIo(call, inbox, hello.hello.interactive),
    console: peer.name,
    address: peer.address,
    rights: rightsOf(config, peer.name),
    signal: AbortSignal.any([signal, gone.signal]),
  })
  // Reading fails when the console is lost or floods: the call ends with that, whatever the session does then.
  const lost = readInputs(call, session, inbox).then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => {
      const reason = consoleGone(error)
      gone.abort(reason)
      inbox.close()
      throw reason
    },
  )
  const exitCode = await Promise.race([session.run(), lost])
  await call.send({ output: 'end', end: { exitCode } })
}

/** Takes what the console sends until it ends its side; then nobody types any more. */
async function readInputs(
  call: ConsoleCall,
  session: ConsoleSession,
  inbox: ConsoleInbox,
): Promise<void> {
  for await (const input of call) {
    switch (input.input) {
      case 'line':
        if (!inbox.push(decodePath(input.line))) {
          throw new CofferError(
            'console-flooded',
            'the console sent more lines than were asked for',
          )
        }
        break
      case 'interrupt':
        inbox.clear()
        session.interrupt()
        break
      case 'complete':
        await sendCompletions(call, session, decodePath(input.complete))
        break
      case 'hello':
        break
    }
  }
  inbox.close()
}

const MAX_CANDIDATES = 1000

async function sendCompletions(
  call: ConsoleCall,
  session: ConsoleSession,
  line: string,
): Promise<void> {
  // A completion that cannot be found is none: the operator sees the trouble when the line is sent.
  const candidates = await session.complete(line).catch(() => [])
  const encoded = candidates.slice(0, MAX_CANDIDATES).map(encodePath)
  await call.send({ output: 'completions', completions: { candidates: encoded } })
}

/** Characters of one message: well below any limit on message sizes. */
const PIECE_CHARACTERS = 64 * 1024

function makeIo(call: ConsoleCall, inbox: ConsoleInbox, isInteractive: boolean): ConsoleIo {
  const io: ConsoleIo = {
    write: async (text) => {
      for (let at = 0; at < text.length; ) {
        const end = pieceEnd(text, at)
        await call.send({ output: 'text', text: encodePath(text.slice(at, end)) })
        at = end
      }
    },
    prompt: async (prompt, signal) => {
      await call.send({ output: 'prompt', prompt })
      return inbox.read(signal)
    },
  }
  if (!isInteractive) return io
  return {
    ...io,
    progress: ({ expected, secondsLeft = 0, ...progress }) => {
      const { files: expectedFiles = 0, bytes: expectedBytes = 0 } = expected ?? {}
      const shown = { ...progress, expectedFiles, expectedBytes, secondsLeft }
      return call.send({ output: 'progress', progress: shown })
    },
  }
}

/** A piece never splits a surrogate pair. */
function pieceEnd(text: string, from: number): number {
  const end = Math.min(text.length, from + PIECE_CHARACTERS)
  const last = text.charCodeAt(end - 1)
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end
}

function consoleGone(error: unknown): CofferError {
  const reason = toCofferError(error)
  if (reason.code === 'console-flooded') return reason
  return new CofferError('console-gone', `the console is gone: ${reason.message}`, { cause: error })
}

/** All rights for the default console; for a named one those of its resource, then of its Profiles. */
function rightsOf(config: DirectorConfig, name: string): Rights {
  if (name === DEFAULT_CONSOLE) return ALL_RIGHTS
  const resource = config.consoles.get(name)
  if (resource === undefined) return makeRights([])
  const profiles = resource.profile.flatMap((each) => config.profiles.get(each) ?? [])
  return makeRights(
    [resource, ...profiles].map((source) => ({
      job: source.jobAcl,
      client: source.clientAcl,
      storage: source.storageAcl,
      schedule: source.scheduleAcl,
      pool: source.poolAcl,
      command: source.commandAcl,
      fileset: source.filesetAcl,
      catalog: source.catalogAcl,
      where: source.whereAcl,
      pluginOptions: source.pluginOptionsAcl,
    })),
  )
}
