// The commands `setdebug`, `trace` and `resolve`: what daemons say of themselves while they run.
import { CofferError } from '@coffer/core'
import { applyDebug, type DebugRequest, resolveHost } from '@coffer/daemon'
import { findArgument, findValue, hasKeyword } from '../command-line.ts'
import { choose, type Command, type CommandContext, findNumber, readYesNo } from '../context.ts'
import type { Json } from '../output.ts'
import { askPeer } from '../peer-status.ts'
import { listNames, selectResource } from '../resources.ts'

type PeerKind = 'client' | 'storage'

/** Who is meant: this Director, other daemons by name, or both. */
interface Subjects {
  readonly director: boolean
  readonly peers: readonly { readonly kind: PeerKind; readonly name: string }[]
}

const LABELS = { client: 'Client', storage: 'Storage daemon' } as const

export const setdebugCommand: Command = async (context) => {
  const subjects = await chooseSubjects(context)
  const request = await readRequest(context)
  const answers: Json[] = []
  if (subjects.director) {
    const { level, isTracing, traceFile } = applyDebug(context.director.debug, request)
    answers.push(await sayState(context, '', { level, trace: isTracing, traceFile }))
  }
  for (const { kind, name } of subjects.peers) {
    const state = await askPeer(context, { label: LABELS[kind], name }, () =>
      context.director.peers.setDebug(kind, name, request, context.signal),
    )
    if (state !== undefined) answers.push(await sayState(context, `${CODES[kind]} OK set`, state))
  }
  context.out.value('setdebug', answers)
}

/** How the answers of the other daemons begin. */
const CODES = { client: '2000', storage: '3000' } as const

interface State {
  readonly level: number
  readonly trace: boolean
  readonly traceFile: string
}

async function sayState({ out }: CommandContext, head: string, state: State): Promise<Json> {
  const { level, trace, traceFile } = state
  const word = head === '' ? 'level' : 'debug'
  await out.text(
    `${head}${word}=${level} trace=${Number(trace)} hangup=0 timestamp=0 tracefilename=${traceFile}\n`,
  )
  return { level, trace, tracefilename: traceFile }
}

const CHOICES = ['Director', 'Storage', 'Client', 'All'] as const

async function chooseSubjects(context: CommandContext): Promise<Subjects> {
  const { line } = context
  if (hasKeyword(line, 'all')) return everybody(context)
  if (hasKeyword(line, 'dir', 'director')) return { director: true, peers: [] }
  for (const kind of ['client', 'storage'] as const) {
    if (hasKeyword(line, kind)) return onePeer(context, kind)
  }
  const index = await choose(context, {
    heading: 'Available daemons are:',
    question: 'Select daemon type to set debug level',
    items: CHOICES,
  })
  switch (CHOICES[index]) {
    case 'Storage':
      return onePeer(context, 'storage')
    case 'Client':
      return onePeer(context, 'client')
    case 'All':
      return everybody(context)
    default:
      return { director: true, peers: [] }
  }
}

async function onePeer(context: CommandContext, kind: PeerKind): Promise<Subjects> {
  const name = await selectResource(context, kind, findArgument(context.line, kind)?.value)
  return { director: false, peers: name === undefined ? [] : [{ kind, name }] }
}

function everybody(context: CommandContext): Subjects {
  const peers = (['storage', 'client'] as const).flatMap((kind) =>
    listNames(context, kind).map((name) => ({ kind, name })),
  )
  return { director: true, peers }
}

async function readRequest(context: CommandContext): Promise<DebugRequest> {
  const trace = findNumber(context.line, 'trace') ?? -1
  const level = findNumber(context.line, 'level')
  if (level !== undefined || trace >= 0) return { level: level ?? -1, trace }
  const typed = await context.ask('Enter new debug level: ')
  if (!/^\d{1,6}$/.test(typed)) {
    throw new CofferError('console-usage', `"${typed}" is no debug level`)
  }
  return { level: Number(typed), trace }
}

/** The trace file of this Director, on or off. */
export const traceCommand: Command = async (context) => {
  const { line, out, director } = context
  const word = line.args[0]?.text ?? (await context.ask('Turn on or off? '))
  const isOn = word === 'on' ? true : word === 'off' ? false : readYesNo(word)
  if (isOn === undefined) throw new CofferError('console-usage', 'trace takes on or off')
  const { isTracing, traceFile } = applyDebug(director.debug, { level: -1, trace: Number(isOn) })
  out.value('trace', { trace: isTracing, tracefilename: traceFile })
  await out.text(`trace=${Number(isTracing)} tracefilename=${traceFile}\n`)
}

/** How a host resolves here, or where a Client or a storage daemon runs. */
export const resolveCommand: Command = async (context) => {
  const { line, out, director, config } = context
  const host = line.args.find(({ keyword, value }) => value === undefined && !isPeer(keyword))?.text
  if (host === undefined) throw new CofferError('console-usage', 'resolve takes a host name')
  const kind = (['client', 'storage'] as const).find((each) => hasKeyword(line, each))
  let where = config.director.name
  let addresses: readonly string[]
  if (kind === undefined) addresses = await resolveHost(host)
  else {
    const name = await selectResource(context, kind, findValue(line, kind))
    if (name === undefined) return
    where = name
    addresses = await director.peers.resolve(kind, name, host, context.signal)
  }
  out.value('resolve', { daemon: where, host, addresses: [...addresses] })
  await out.text(`${where} resolves ${host} to ${addresses.join(', ')}\n`)
}

function isPeer(keyword: string): boolean {
  return keyword === 'client' || keyword === 'storage'
}
