// The command `run`: one Job with what the line says over its resource.
import { dropUndefined } from '../../catalog/defined.ts'
import { CofferError, findJobLevel, JOB_TYPES } from '@coffer/core'
import { type CommandLine, findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, readYesNo } from '../context.ts'
import { parseDateInput } from '../date-input.ts'
import { waitForJob } from '../job-wait.ts'
import { parseJobIds } from '../list-filter.ts'
import { hasResource, selectResource } from '../resources.ts'
import type { RunDraft } from '../run-draft.ts'
import { runDraft } from '../run-dialogue.ts'
import { readBootstrapFile } from '../run-modify-restore.ts'
import type { JobResource } from '../../config/job-resource.ts'
import type { JobOverrides, RestoreOptions } from '../../job/request.ts'

export const runCommand: Command = async (context) => {
  const fault = checkKeywords(context.line)
  if (fault !== undefined) {
    await context.out.error(fault)
    return
  }
  refuseAbsent(context.line)
  const jobName = await selectJob(context)
  if (jobName === undefined) return
  const resources = await selectOverrides(context)
  if (resources === undefined) return
  const overrides = { ...resources, ...(await valueOverrides(context)) }
  const restore = await bootstrapOverride(context, jobName)
  const draft: RunDraft = { jobName, overrides: { ...overrides, ...restore?.overrides } }
  const jobId = await runDraft(
    context,
    restore === undefined ? draft : { ...draft, bootstrapFile: restore.file },
  )
  if (jobId !== undefined && hasKeyword(context.line, 'wait')) {
    await waitForJob(context, jobId, context.signal)
  }
}

const KEYWORDS = new Set(
  (
    'job jobid client fd fileset level storage sd regexwhere where bootstrap replace when priority yes run ' +
    'verifyjob migrationjob pool nextpool since pluginoptions accurate comment spooldata catalog ' +
    'backupclient restoreclient backupformat jobname cloned files ignoreduplicatecheck wait'
  ).split(' '),
)

/** Why the line cannot be meant; undefined when nothing is wrong with its words. */
function checkKeywords(line: CommandLine): string | undefined {
  const seen = new Set<string>()
  for (const { keyword, text } of line.args) {
    if (!KEYWORDS.has(keyword)) return `Invalid keyword: ${text}`
    if (seen.has(keyword)) return `Keyword ${keyword} specified twice.`
    seen.add(keyword)
  }
  return undefined
}

async function selectJob(context: CommandContext): Promise<string | undefined> {
  const given = findValue(context.line, 'job', 'jobname')
  if (given === undefined || hasResource(context, 'job', given)) {
    await announceCatalog(context, 'work')
  }
  if (given === undefined) await context.out.text('A job name must be specified.\n')
  return selectResource(context, 'job', given)
}

/** Names on the line that must be resources; a wrong one is chosen anew. Undefined when that was not possible. */
async function selectOverrides(context: CommandContext): Promise<JobOverrides | undefined> {
  const wanted = [
    ['client', 'client', ['client', 'fd', 'restoreclient']],
    ['fileset', 'fileset', ['fileset']],
    ['pool', 'pool', ['pool']],
    ['nextPool', 'pool', ['nextpool']],
    ['storage', 'storage', ['storage', 'sd']],
  ] as const
  const overrides: Record<string, string> = {}
  for (const [key, kind, keywords] of wanted) {
    const given = findValue(context.line, ...keywords)
    if (given === undefined) continue
    const name = await selectResource(context, kind, given)
    if (name === undefined) return undefined
    overrides[key] = name
  }
  return overrides
}

/** What is known from Bareos and not acted on must not look as if it were. */
function refuseAbsent(line: CommandLine): void {
  const format = findValue(line, 'backupformat') ?? 'native'
  const isForeign = format.toLowerCase() !== 'native'
  if (!isForeign && findValue(line, 'migrationjob') === undefined) return
  const what = isForeign ? `backupformat=${format}` : 'migrationjob='
  throw new CofferError('console-not-yet', `"run ${what}" is not part of Coffer yet`)
}

/** Everything on the line that is no resource. */
async function valueOverrides(context: CommandContext): Promise<JobOverrides> {
  const { line } = context
  return {
    ...levelOverride(line),
    ...flagOverride(line, 'accurate', (accurate) => ({ accurate })),
    ...flagOverride(line, 'spooldata', (spoolData) => ({ spoolData })),
    ...(await priorityOverride(context)),
    ...(await whenOverride(context)),
    ...sinceOverride(line),
    ...jobIdsOverride(line),
    ...(hasKeyword(line, 'cloned') ? { isClone: true } : {}),
    ...(hasKeyword(line, 'ignoreduplicatecheck') ? { isExemptFromDuplicates: true } : {}),
    ...verifyOverride(context),
    ...dropUndefined({
      comment: findValue(line, 'comment'),
      pluginOptions: findValue(line, 'pluginoptions'),
    }),
  }
}

function levelOverride(line: CommandLine): JobOverrides {
  const word = findValue(line, 'level')
  if (word === undefined) return {}
  const level = findJobLevel(word)
  if (level === undefined) throw new CofferError('console-usage', `Level "${word}" is not known`)
  return { level }
}

function flagOverride(
  line: CommandLine,
  keyword: string,
  overridesFor: (flag: boolean) => JobOverrides,
): JobOverrides {
  const word = findValue(line, keyword)
  if (word === undefined) return {}
  const flag = readYesNo(word)
  if (flag === undefined) {
    throw new CofferError('console-usage', `${keyword} takes yes or no, not "${word}"`)
  }
  return overridesFor(flag)
}

async function priorityOverride(context: CommandContext): Promise<JobOverrides> {
  const word = findValue(context.line, 'priority')
  if (word === undefined) return {}
  const priority = Number(word)
  if (Number.isSafeInteger(priority) && priority > 0) return { priority }
  await context.out.text('A priority begins at 1; it is 10 now.\n')
  return { priority: 10 }
}

async function whenOverride(context: CommandContext): Promise<JobOverrides> {
  const word = findValue(context.line, 'when')
  if (word === undefined) return {}
  const whenMs = parseDateInput(word)
  if (whenMs !== undefined) return { whenMs }
  await context.out.text('That is no time; the Job is due now.\n')
  return {}
}

function sinceOverride(line: CommandLine): JobOverrides {
  const word = findValue(line, 'since')
  // A Run directive has `since="%s"`, which is empty for a Full.
  if (word === undefined || word === '') return {}
  const sinceMs = parseDateInput(word)
  if (sinceMs === undefined) {
    throw new CofferError(
      'console-usage',
      `"${word}" is no time (since), as in 2026-11-21 02:05:08`,
    )
  }
  return { sinceMs }
}

/** Backups that a virtual Full is made of, or that a Copy or Migrate Job takes. */
function jobIdsOverride(line: CommandLine): JobOverrides {
  const given = findValue(line, 'jobid')
  return given === undefined ? {} : { jobIds: parseJobIds(given) }
}

/** The Job whose newest backup a Verify Job verifies, unless a JobId is given. */
function verifyOverride({ line, config }: CommandContext): JobOverrides {
  const verifyJob = findValue(line, 'verifyjob')
  if (verifyJob === undefined) return {}
  if (config.jobs.has(verifyJob)) return { verifyJob }
  throw new CofferError('console-usage', `Job "${verifyJob}" (verifyjob) is not known`)
}

/** `bootstrap=` for a Job that restores: what would otherwise come from the restore command. */
async function bootstrapOverride(
  context: CommandContext,
  jobName: string,
): Promise<{ readonly overrides: JobOverrides; readonly file: string } | undefined> {
  const job = context.config.jobs.get(jobName)
  const file = findValue(context.line, 'bootstrap') ?? job?.bootstrap
  if (job?.type !== JOB_TYPES.restore.letter || file === undefined) return undefined
  const restore = restoreOptions(context.line, job, await readBootstrapFile(file))
  return { overrides: { restore }, file }
}

function restoreOptions(
  line: CommandLine,
  job: JobResource,
  read: Pick<RestoreOptions, 'bootstrap' | 'filesExpected'>,
): RestoreOptions {
  return {
    ...read,
    backupClient: findValue(line, 'backupclient', 'client') ?? job.client ?? '',
    replace: readReplace(findValue(line, 'replace')) ?? job.replace,
    ...dropUndefined({
      where: findValue(line, 'where') ?? job.where,
      regexWhere: findValue(line, 'regexwhere') ?? job.regexWhere,
    }),
  }
}

/** A replace option as it is typed. Throws `console-usage` for another word. */
export function readReplace(word: string | undefined): RestoreOptions['replace'] | undefined {
  if (word === undefined) return undefined
  const replace = word.toLowerCase()
  switch (replace) {
    case 'always':
    case 'ifnewer':
    case 'ifolder':
    case 'never':
      return replace
    default:
      throw new CofferError(
        'console-usage',
        `replace is always, ifnewer, ifolder or never, not "${word}"`,
      )
  }
}
