// "OK to run? (yes/mod/no)": shows a draft, lets the operator change it, and queues it.
import { CofferError, JOB_TYPES } from '@coffer/core'
import type { JobRequest } from '../job/request.ts'
import { announceCatalog, type CommandContext, hasYes } from './context.ts'
import { type RunDraft, draftRequest } from './run-draft.ts'
import { modifyDraft } from './run-modify.ts'
import { runSummary } from './run-summary.ts'

/**
 * Runs a draft after the operator agreed; `yes` on the line and batch mode agree beforehand. Returns the JobId, or
 * undefined when the Job was not run.
 */
export async function runDraft(
  context: CommandContext,
  draft: RunDraft,
): Promise<number | undefined> {
  await announceCatalog(context, 'work')
  const agreed = hasYes(context.line) || context.state.isBatch ? draft : await agree(context, draft)
  if (agreed === undefined) {
    await context.out.text('Job not run.\n')
    return undefined
  }
  const request = draftRequest(context.config, agreed, context.director.clock.nowMs())
  checkRunnable(request)
  checkRights(context, request)
  const jobId = await context.director.jobs.submit(request)
  await context.out.text(`Job queued. JobId=${jobId}\n`)
  context.out.value('run', { jobid: String(jobId) })
  return jobId
}

async function agree(context: CommandContext, first: RunDraft): Promise<RunDraft | undefined> {
  const whenMs = context.director.clock.nowMs()
  let draft: RunDraft = { ...first, overrides: { whenMs, ...first.overrides } }
  for (;;) {
    const request = draftRequest(context.config, draft, whenMs)
    await context.out.text(runSummary(request, draft.bootstrapFile ?? ''))
    const answer = await askToRun(context)
    if (answer === 'yes') return draft
    if (answer === 'no') return undefined
    draft = await modifyDraft(context, draft, request)
  }
}

const ANSWERS = ['mod', 'yes', 'no'] as const

async function askToRun(context: CommandContext): Promise<(typeof ANSWERS)[number]> {
  for (;;) {
    const typed = await askOrLeave(context)
    const word = typed?.toLowerCase() ?? 'no'
    const answer = word === '' ? undefined : ANSWERS.find((each) => each.startsWith(word))
    if (answer !== undefined) return answer
    await context.out.text(`Illegal response ${typed ?? ''}\n`)
  }
}

/** A period leaves the question as "no" does. */
async function askOrLeave(context: CommandContext): Promise<string | undefined> {
  try {
    return await context.ask('OK to run? (yes/mod/no): ', 'yesno')
  } catch (error) {
    if (error instanceof CofferError && error.code === 'console-aborted') return undefined
    throw error
  }
}

function checkRunnable(request: JobRequest): void {
  if (request.type === JOB_TYPES.restore.letter && request.restore === undefined) {
    throw new CofferError(
      'console-usage',
      `the Job "${request.jobName}" restores: it needs a bootstrap, use the restore command`,
    )
  }
}

/** Menus offer nothing that is denied; this holds for what the resources themselves lead to. */
function checkRights({ rights }: CommandContext, request: JobRequest): void {
  const wanted = [
    ['job', request.jobName],
    ['client', request.client],
    ['fileset', request.fileset],
    ['pool', request.pool.name],
    ['storage', request.storage.name],
  ] as const
  for (const [acl, name] of wanted) {
    if (name !== '' && !rights.allows(acl, name)) {
      throw new CofferError('console-denied', `this console may not use the ${acl} "${name}"`)
    }
  }
  const places = placesOf(request)
  if (places.some((place) => !rights.allows('where', place))) {
    throw new CofferError('console-denied', '"where" specification not authorized')
  }
  const options = request.pluginOptions
  if (options !== undefined && !rights.allows('pluginOptions', options)) {
    throw new CofferError('console-denied', '"pluginoptions" specification not authorized')
  }
}

/** Everything that says where files go: another name for a file is as good as another place. */
function placesOf({ restore }: JobRequest): string[] {
  const { where, regexWhere, stripPrefix, addPrefix, addSuffix } = restore ?? {}
  return [where, regexWhere, stripPrefix, addPrefix, addSuffix].filter(
    (place) => place !== undefined,
  )
}
