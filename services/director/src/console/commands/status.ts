// The command `status`: what the Director and the other daemons are doing.
import { findArgument, hasKeyword } from '../command-line.ts'
import { choose, type Command, type CommandContext } from '../context.ts'
import { listNames, selectResource } from '../resources.ts'
import { clientStatus } from './status-client.ts'
import { directorStatus } from './status-director.ts'
import { slotStatus, wantsSlots } from './slots.ts'
import { schedulerStatus } from './status-scheduler.ts'
import { storageStatus } from './status-storage.ts'

const SUBJECTS = ['Director', 'Storage', 'Client', 'Scheduler', 'All'] as const
type Subject = (typeof SUBJECTS)[number]

const WORDS: ReadonlyMap<string, Subject> = new Map([
  ['dir', 'Director'],
  ['director', 'Director'],
  ['storage', 'Storage'],
  ['client', 'Client'],
  ['scheduler', 'Scheduler'],
  ['schedule', 'Scheduler'],
  ['all', 'All'],
])

export const statusCommand: Command = async (context) => {
  if (hasKeyword(context.line, 'configuration')) return configurationStatus(context)
  const subject = subjectOf(context) ?? (await chooseSubject(context))
  switch (subject) {
    case 'Director':
      return directorStatus(context)
    case 'Storage':
      return statusOf(context, 'storage', wantsSlots(context) ? slotStatus : storageStatus)
    case 'Client':
      return statusOf(context, 'client', clientStatus)
    case 'Scheduler':
      return schedulerStatus(context)
    case 'All':
      return allStatus(context)
  }
}

function subjectOf({ line }: CommandContext): Subject | undefined {
  // `status job=` and `status days=` speak of what is scheduled.
  if (hasKeyword(line, 'job') && !hasKeyword(line, ...WORDS.keys())) return 'Scheduler'
  const word = line.args.find(({ keyword }) => WORDS.has(keyword))
  if (word !== undefined) return WORDS.get(word.keyword)
  return hasKeyword(line, 'days') ? 'Director' : undefined
}

async function chooseSubject(context: CommandContext): Promise<Subject> {
  const index = await choose(context, {
    heading: 'Status available for:',
    question: 'Select daemon type for status',
    items: SUBJECTS,
  })
  return SUBJECTS[index] ?? 'Director'
}

async function statusOf(
  context: CommandContext,
  kind: 'client' | 'storage',
  show: (context: CommandContext, name: string) => Promise<void>,
): Promise<void> {
  const name = await selectResource(context, kind, findArgument(context.line, kind)?.value)
  if (name !== undefined) await show(context, name)
}

async function allStatus(context: CommandContext): Promise<void> {
  await directorStatus(context)
  for (const name of listNames(context, 'storage')) await storageStatus(context, name)
  for (const name of listNames(context, 'client')) await clientStatus(context, name)
}

/** A configuration in force has no fault; its warnings were said when it was loaded. */
async function configurationStatus(context: CommandContext): Promise<void> {
  context.out.value('configuration', { errors: 0 })
  await context.out.text('The configuration in force has no errors.\n')
}
