// The choice `mod` of "OK to run?": one parameter of the draft is changed.
import { dropUndefined } from '../catalog/defined.ts'
import { JOB_LEVELS, type JobLevelLetter, JOB_TYPES } from '@coffer/core'
import type { JobOverrides, JobRequest } from '../job/request.ts'
import { choose, type CommandContext } from './context.ts'
import { parseDateInput } from './date-input.ts'
import { selectResource } from './resources.ts'
import { modifyRestore, RESTORE_PARAMETERS } from './run-modify-restore.ts'
import { type RunDraft, withOverrides } from './run-draft.ts'

/** Asks which parameter, then for its value. Returns the changed draft; an empty answer leaves it as it is. */
export async function modifyDraft(
  context: CommandContext,
  draft: RunDraft,
  request: JobRequest,
): Promise<RunDraft> {
  const parameters = parametersOf(request)
  const index = await choose(context, {
    heading: 'Parameters to modify:',
    question: 'Select parameter to modify',
    items: parameters.map(({ label }) => label),
  })
  return (await parameters[index]?.modify(context, draft, request)) ?? draft
}

type Modify = (
  context: CommandContext,
  draft: RunDraft,
  request: JobRequest,
) => Promise<RunDraft | undefined>

interface Parameter {
  readonly label: string
  readonly modify: Modify
}

function parametersOf(request: JobRequest): Parameter[] {
  const isRestore = request.type === JOB_TYPES.restore.letter
  const common: Parameter[] = [
    { label: 'Level', modify: modifyLevel },
    { label: 'Storage', modify: byResource('storage', (storage) => ({ storage })) },
    { label: 'Job', modify: modifyJob },
    { label: 'FileSet', modify: byResource('fileset', (fileset) => ({ fileset })) },
    {
      label: isRestore ? 'Restore Client' : 'Client',
      modify: byResource('client', (client) => ({ client })),
    },
    { label: 'Backup Format', modify: modifyFormat },
    { label: 'When', modify: modifyWhen },
    { label: 'Priority', modify: modifyPriority },
  ]
  if (isRestore) {
    const special = RESTORE_PARAMETERS.map((label) => ({ label, modify: modifyRestore(label) }))
    return [...common, ...special, { label: 'Plugin Options', modify: modifyPluginOptions }]
  }
  const nextPool = {
    label: 'NextPool',
    modify: byResource('pool', (pool) => ({ nextPool: pool })),
  }
  return [
    ...common,
    { label: 'Pool', modify: byResource('pool', (pool) => ({ pool })) },
    ...(request.level === JOB_LEVELS.virtualFull.letter ? [nextPool] : []),
    { label: 'Plugin Options', modify: modifyPluginOptions },
  ]
}

function byResource(
  kind: 'storage' | 'fileset' | 'client' | 'pool',
  overridesFor: (name: string) => JobOverrides,
): Modify {
  return async (context, draft) => {
    const name = await selectResource(context, kind)
    return name === undefined ? draft : withOverrides(draft, overridesFor(name))
  }
}

const LEVELS: readonly { readonly text: string; readonly letter: JobLevelLetter }[] = [
  JOB_LEVELS.full,
  JOB_LEVELS.incremental,
  JOB_LEVELS.differential,
  JOB_LEVELS.since,
  JOB_LEVELS.virtualFull,
]

const modifyLevel: Modify = async (context, draft, request) => {
  if (request.type !== JOB_TYPES.backup.letter) {
    await context.out.text('A Job of this type has no level.\n')
    return draft
  }
  const index = await choose(context, {
    heading: 'Levels:',
    question: 'Select level',
    items: LEVELS.map(({ text }) => text),
  })
  const level = LEVELS[index]?.letter
  return level === undefined ? draft : withOverrides(draft, { level })
}

/** Another Job has other defaults: what was changed before does not go over it, except for what a restore is about. */
const modifyJob: Modify = async (context, draft) => {
  const jobName = await selectResource(context, 'job')
  if (jobName === undefined) return draft
  const { restore, whenMs } = draft.overrides
  return { ...draft, jobName, overrides: dropUndefined({ restore, whenMs }) }
}

const modifyFormat: Modify = async (context, draft) => {
  const format = await context.ask('Please enter Backup Format: ')
  if (format !== '' && format.toLowerCase() !== 'native') {
    await context.out.text(`Backup Format "${format}" is not known; Native is the one there is.\n`)
  }
  return draft
}

const modifyWhen: Modify = async (context, draft) => {
  const nowMs = context.director.clock.nowMs()
  const typed = await context.ask(
    'Please enter desired start time as YYYY-MM-DD HH:MM:SS (return for now): ',
  )
  const whenMs = typed === '' ? nowMs : parseDateInput(typed)
  if (whenMs === undefined) await context.out.text('That is no time; the Job is due now.\n')
  return withOverrides(draft, { whenMs: whenMs ?? nowMs })
}

const modifyPriority: Modify = async (context, draft) => {
  for (;;) {
    const typed = await context.ask('Enter new Priority: ')
    if (/^\d{1,9}$/.test(typed)) {
      if (Number(typed) > 0) return withOverrides(draft, { priority: Number(typed) })
      await context.out.text('A priority begins at 1; it is 10 now.\n')
      return withOverrides(draft, { priority: 10 })
    }
    await context.out.text(`Expected a positive integer, got: ${typed}\n`)
  }
}

const modifyPluginOptions: Modify = async (context, draft) => {
  const pluginOptions = await context.ask('Please enter Plugin Options string: ')
  return pluginOptions === '' ? draft : withOverrides(draft, { pluginOptions })
}
