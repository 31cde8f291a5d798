// The command `estimate`: what a backup would take, asked of the file daemon.
import { dropUndefined } from '../../catalog/defined.ts'
import { decodePath, findJobLevel, withCommas } from '@coffer/core'
import type { EstimateEvent } from '@coffer/wire'
import { findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, readYesNo } from '../context.ts'
import { selectResource } from '../resources.ts'
import { draftRequest } from '../run-draft.ts'
import type { JobOverrides, JobRequest } from '../../job/request.ts'

export const estimateCommand: Command = async (context) => {
  const jobName = await selectResource(context, 'job', findValue(context.line, 'job'))
  const overrides = jobName === undefined ? undefined : await readOverrides(context)
  if (jobName === undefined || overrides === undefined) return
  await announceCatalog(context, 'work')
  const nowMs = context.director.clock.nowMs()
  const request = draftRequest(context.config, { jobName, overrides }, nowMs)
  const client = context.config.clients.get(request.client)
  await context.out.text(
    `Connecting to Client ${request.client} at ${client?.address ?? ''}:${client?.port ?? 0}\n`,
  )
  await estimate(context, request)
}

async function readOverrides(context: CommandContext): Promise<JobOverrides | undefined> {
  const { line, out } = context
  const names: Record<string, string> = {}
  for (const kind of ['client', 'fileset'] as const) {
    const given = findValue(line, kind)
    if (given === undefined) continue
    const name = await selectResource(context, kind, given)
    if (name === undefined) return undefined
    names[kind] = name
  }
  const word = findValue(line, 'level')
  const level = word === undefined ? undefined : findJobLevel(word)
  if (word !== undefined && level === undefined) {
    await out.error(`Level ${word} not valid.`)
    return undefined
  }
  const accurate = readYesNo(findValue(line, 'accurate') ?? '')
  return { ...names, ...dropUndefined({ level, accurate }) }
}

const CHUNK_CHARACTERS = 16 * 1024

async function estimate(context: CommandContext, request: JobRequest): Promise<void> {
  const { director, out, signal } = context
  const listing = hasKeyword(context.line, 'listing')
  let chunk = ''
  for await (const event of director.peers.estimate(request, { listing, signal })) {
    chunk += eventText(event)
    if (event.event === 'total') {
      const { files, bytes } = event.total
      out.value('estimate', { files, bytes })
    }
    if (chunk.length < CHUNK_CHARACTERS) continue
    await out.text(chunk)
    chunk = ''
  }
  await out.text(chunk)
}

function eventText(event: EstimateEvent): string {
  switch (event.event) {
    case 'line':
      return `${decodePath(event.line.text)}\n`
    case 'message':
      return `${event.message.text.trimEnd()}\n`
    case 'total': {
      const { files, bytes } = event.total
      return `2000 OK estimate files=${withCommas(files)} bytes=${withCommas(bytes)}\n`
    }
  }
}
