// The command `delete`: Volumes, Jobs and Pools out of the Catalog.
import { findArgument, findValue, hasKeyword } from '../command-line.ts'
import { announceCatalog, choose, type Command, type CommandContext, confirm } from '../context.ts'
import { parseJobIds } from '../list-filter.ts'
import { selectVolume } from './update-volume.ts'

export const deleteCommand: Command = async (context) => {
  const { line } = context
  await announceCatalog(context, 'work')
  if (hasKeyword(line, 'volume')) return deleteVolumes(context)
  if (hasKeyword(line, 'jobid')) return deleteJobs(context, findValue(line, 'jobid'))
  if (hasKeyword(line, 'pool')) return deletePool(context, findValue(line, 'pool'))
  await context.out.text(
    'What is deleted here is gone from the Catalog, with all that was saved on it.\n\n',
  )
  const items = ['volume', 'pool', 'jobid']
  const index = await choose(context, { question: 'Choose catalog item to delete', items })
  if (index === 0) return deleteVolume(context, undefined)
  return index === 1 ? deletePool(context, undefined) : deleteJobs(context, undefined)
}

/** One Volume, or with `pool=` beside a bare `volume` all of that Pool. */
async function deleteVolumes(context: CommandContext): Promise<void> {
  const { line, director, rights } = context
  const name = findArgument(line, 'volume')?.value
  const pool = findValue(line, 'pool')
  if (name !== undefined || pool === undefined) return deleteVolume(context, name)
  if (!rights.allows('pool', pool)) return context.out.error(`Pool resource "${pool}": not found`)
  const volumes = await director.catalog.media.list({ pool })
  if (volumes.length === 0) await context.out.text(`No Volumes found in Pool "${pool}".\n`)
  for (const volume of volumes) await deleteVolume(context, volume.name)
}

async function deleteVolume(context: CommandContext, name: string | undefined): Promise<void> {
  const volume = await selectVolume(context, name)
  if (volume === undefined) return
  await context.out.text(
    `\nThis command will delete volume ${volume.name}\n` +
      'and all Jobs saved on that volume from the Catalog\n',
  )
  const question = `Are you sure you want to delete Volume "${volume.name}"? (yes/no): `
  if (!(await confirm(context, question))) return
  await context.director.catalog.purge.deleteVolume(volume.name)
  context.out.value('deleted', { volume: volume.name })
  await context.out.text(`Volume ${volume.name} deleted.\n`)
}

async function deleteJobs(context: CommandContext, given: string | undefined): Promise<void> {
  const { director, out, rights } = context
  const text = given ?? (await context.ask('Enter JobId to delete: '))
  const deleted: string[] = []
  for (const jobId of parseJobIds(text)) {
    const row = await director.catalog.jobs.find(jobId)
    if (row === undefined || !rights.allows('job', row.name)) {
      await out.error(`JobId ${jobId} not found in catalog.`)
    } else if (director.jobs.find(jobId) !== undefined) {
      await out.error(`JobId ${jobId} is running and cannot be deleted.`)
    } else {
      await director.catalog.purge.deleteJobs([jobId])
      deleted.push(String(jobId))
      await out.text(`Jobid ${jobId} and associated records deleted from the catalog.\n`)
    }
  }
  out.value('deleted', { jobids: deleted })
}

async function deletePool(context: CommandContext, given: string | undefined): Promise<void> {
  const { director, out, rights } = context
  const name = given ?? (await context.ask('Enter the name of the Pool: '))
  if (!rights.allows('pool', name)) return out.error(`Pool "${name}" not found.`)
  if (!(await confirm(context, `Are you sure you want to delete Pool "${name}"? (yes/no): `)))
    return
  const isDeleted = await director.catalog.purge.deletePool(name)
  if (!isDeleted) return out.error(`Pool "${name}" not found.`)
  await out.text(`Pool "${name}" deleted.\n`)
}
