// The last part of a restore: the bootstrap, what it needs, and the Job.
import { dropUndefined } from '../catalog/defined.ts'
import { formatBootstrap, withCommas } from '@coffer/core'
import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RestoreOptions } from '../job/request.ts'
import { type MediaSpan, planRestore, planWhole, type RestorePlan } from '../restore/plan.ts'
import { choose, type CommandContext } from './context.ts'
import type { ChosenFiles } from './restore-files.ts'
import { requireResource } from './resources.ts'
import { readBootstrapFile } from './run-modify-restore.ts'
import { runDraft } from './run-dialogue.ts'
import { type RestoreWishes, restoreJobs } from './restore-wishes.ts'

interface Prepared {
  readonly path: string
  /** Whether it was written for this restore and goes when that has ended. */
  readonly isOurs: boolean
  readonly bootstrap: string
  readonly filesExpected: number
  readonly storage: string | undefined
  readonly client: string | undefined
}

/** Writes the bootstrap, shows which Volumes are needed, and runs the Job. */
export async function finishRestore(
  context: CommandContext,
  wishes: RestoreWishes,
  chosen: ChosenFiles,
): Promise<void> {
  const prepared = await prepare(context, wishes, chosen)
  if (prepared === undefined) return
  try {
    const jobId = await runRestore(context, wishes, prepared)
    if (jobId !== undefined && prepared.isOurs) {
      removeWhenEnded(context, jobId, prepared.path)
      return
    }
  } catch (error) {
    if (prepared.isOurs) await removeFile(prepared.path)
    throw error
  }
  if (prepared.isOurs) await removeFile(prepared.path)
}

/** The Job has the bootstrap's text; the file is for people, as long as the Job runs. */
function removeWhenEnded({ director }: CommandContext, jobId: number, path: string): void {
  const remove = (): Promise<void> => removeFile(path)
  director.jobs
    .waitFor(jobId)
    .then(remove, remove)
    .catch(() => undefined)
}

/** A file that is gone already, or that nobody can remove, keeps no restore from its end. */
async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(() => undefined)
}

async function prepare(
  context: CommandContext,
  wishes: RestoreWishes,
  chosen: ChosenFiles,
): Promise<Prepared | undefined> {
  if (chosen.kind === 'bootstrap') {
    const { path, client } = chosen
    const read = await readBootstrapFile(path)
    return { path, isOurs: false, ...read, storage: wishes.storage, client }
  }
  const plan = await makePlan(context, wishes, chosen)
  if (plan.bootstrap.entries.length === 0) {
    await context.out.error('No Volumes found to restore.')
    return undefined
  }
  const bootstrap = formatBootstrap(plan.bootstrap)
  const path = bootstrapPath(context)
  await writeFile(path, bootstrap, { mode: 0o640 })
  await context.out.text(`Bootstrap records written to ${path}\n`)
  await showVolumes(context, plan)
  const storage = wishes.storage ?? plan.volumes[0]?.storage
  return {
    path,
    isOurs: true,
    bootstrap,
    filesExpected: plan.files,
    storage,
    client: chosen.client,
  }
}

function bootstrapPath({ director, config, house }: CommandContext): string {
  const name = `${config.director.name}.restore.${house.nextBootstrapNumber()}.bsr`
  return join(director.workingDirectory, name)
}

async function makePlan(
  context: CommandContext,
  wishes: RestoreWishes,
  chosen: ChosenFiles & { readonly kind: 'selection' | 'everything' },
): Promise<RestorePlan> {
  const spans = await context.director.catalog.restore.jobMedia(chosen.chain)
  const placeOf = (span: MediaSpan): { storage: string; device: string } => {
    const storage = wishes.storage ?? span.storage
    return { storage, device: context.config.storages.get(storage)?.device[0] ?? '' }
  }
  const plan =
    chosen.kind === 'selection'
      ? planRestore(chosen.selection, spans, placeOf)
      : planWhole(spans, placeOf)
  const { fileRegex } = wishes
  if (fileRegex === undefined) return plan
  const entries = plan.bootstrap.entries.map(({ count: _count, ...entry }) => ({
    ...entry,
    fileRegex,
  }))
  return { ...plan, bootstrap: { entries } }
}

async function showVolumes({ out }: CommandContext, plan: RestorePlan): Promise<void> {
  const lines = plan.volumes.map(
    ({ volume, storage, device, isOnline }) =>
      `   ${isOnline ? '*' : ' '}${volume.padEnd(25)} ${storage.padEnd(25)} ${device.padEnd(25)}\n`,
  )
  const files = plan.files === 1 ? '1 file' : `${withCommas(plan.files)} files`
  await out.text(
    '\nThe job will require the following\n' +
      '   Volume(s)                 Storage(s)                SD Device(s)\n' +
      `${'='.repeat(75)}\n   \n${lines.join('')}\n` +
      `Volumes marked with "*" are online.\n\n\n${files} selected to be restored.\n\n`,
  )
}

async function runRestore(
  context: CommandContext,
  wishes: RestoreWishes,
  prepared: Prepared,
): Promise<number | undefined> {
  const jobName = await selectRestoreJob(context, wishes)
  if (jobName === undefined) return undefined
  const job = context.config.jobs.get(jobName)
  const client = await selectRestoreClient(context, wishes, prepared.client ?? job?.client)
  if (client === undefined) return undefined
  const { bootstrap, filesExpected, path, storage } = prepared
  const restore: RestoreOptions = {
    bootstrap,
    filesExpected,
    backupClient: prepared.client ?? client,
    replace: wishes.replace ?? job?.replace ?? 'always',
    ...(wishes.prefersCopies ? { prefersCopies: true } : {}),
    ...relocationOf(wishes, job),
  }
  const { comment, pluginOptions } = wishes
  const place = storage === '' ? undefined : storage
  const overrides = dropUndefined({ client, restore, storage: place, comment, pluginOptions })
  return runDraft(context, { jobName, bootstrapFile: path, overrides })
}

async function selectRestoreJob(
  context: CommandContext,
  wishes: RestoreWishes,
): Promise<string | undefined> {
  const items = restoreJobs(context)
  const { restoreJob } = wishes
  if (restoreJob !== undefined) {
    if (items.includes(restoreJob)) return restoreJob
    await context.out.error(`Job "${restoreJob}" not found`)
  }
  if (items.length === 1) return items[0]
  const heading = 'The defined Restore Job resources are:'
  return items[await choose(context, { heading, question: 'Select Restore Job', items })]
}

async function selectRestoreClient(
  context: CommandContext,
  wishes: RestoreWishes,
  backupClient: string | undefined,
): Promise<string | undefined> {
  const client = wishes.restoreClient ?? backupClient ?? ''
  return (await requireResource(context, 'client', client)) ? client : undefined
}

type Relocation = RestoreWishes['relocation']

/** What the line says about names, or else the Job: any relocation of the line leaves the Job's aside. */
function relocationOf(
  { relocation }: RestoreWishes,
  job: { [Key in keyof Relocation]?: Relocation[Key] | undefined } | undefined,
): Relocation {
  const given = Object.keys(relocation).length > 0 ? relocation : (job ?? {})
  const { where, regexWhere, stripPrefix, addPrefix, addSuffix } = given
  return dropUndefined({ where, regexWhere, stripPrefix, addPrefix, addSuffix })
}
