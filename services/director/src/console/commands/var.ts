// The command `var`: what a Label Format gives.
import { jobLevelText, jobTypeText } from '@coffer/core'
import { volumeNameFrom } from '../../pool/label-format.ts'
import { findValue } from '../command-line.ts'
import type { Command } from '../context.ts'
import { selectResource } from '../resources.ts'
import { draftRequest } from '../run-draft.ts'

/** The name that a Volume would get now, if the Job ran that is named or chosen. */
export const varCommand: Command = async (context) => {
  const { config, director, line, out } = context
  const jobName = await selectResource(context, 'job', findValue(line, 'job'))
  if (jobName === undefined) return
  const given = line.args.find(({ keyword, value }) => keyword !== 'job' || value === undefined)
  const format = given?.text ?? (await context.ask('Enter a Label Format: '))
  const nowMs = director.clock.nowMs()
  const request = draftRequest(config, { jobName, overrides: {} }, nowMs)
  const pool = await director.catalog.pools.find(request.pool.name)
  const volumeCount = pool?.volumes ?? 0
  const name = volumeNameFrom(format, volumeCount + 1, {
    nowMs,
    job: jobName,
    jobName,
    jobId: 0,
    director: config.director.name,
    level: jobLevelText(request.level),
    type: jobTypeText(request.type),
    storage: request.storage.name,
    client: request.client,
    pool: request.pool.name,
    catalog: director.catalog.name,
    mediaType: config.storages.get(request.storage.name)?.mediaType ?? '',
    volumeCount,
  })
  out.value('var', { format, name })
  await out.text(`${name}\n`)
}
