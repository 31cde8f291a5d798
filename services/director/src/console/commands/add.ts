// The command `add`: rows of Volumes that exist already, or will be labelled later.
import { CofferError } from '@coffer/core'
import { findValue } from '../command-line.ts'
import { announceCatalog, type Command, type CommandContext, findNumber } from '../context.ts'
import { selectResource } from '../resources.ts'

/** Volumes that one command may add. */
const MAX_VOLUMES = 1000
const VOLUME_NAME = /^[A-Za-z0-9 ._:-]{1,127}$/

export const addCommand: Command = async (context) => {
  const { director, config, line, out } = context
  await announceCatalog(context, 'work')
  await out.text(
    'This makes rows of the Catalog without labelling Volumes; "label" is what makes new ones.\n',
  )
  const pool = await selectResource(context, 'pool', findValue(line, 'pool'))
  if (pool === undefined) return
  const storage = await selectResource(context, 'storage', findValue(line, 'storage'))
  const row = await director.catalog.pools.find(pool)
  const mediaType = config.storages.get(storage ?? '')?.mediaType
  if (row === undefined || mediaType === undefined) return
  const names = await volumeNames(context)
  const free = row.maximumVolumes === 0 ? Infinity : row.maximumVolumes - row.volumes
  if (names.length > free) {
    return out.error(`Pool "${pool}" may hold ${row.maximumVolumes} Volumes only.`)
  }
  for (const name of names)
    await director.catalog.media.create({ name, poolId: row.poolId, mediaType })
  out.value('add', { pool, volumes: names })
  await out.text(`${names.length} Volumes created in pool ${pool}\n`)
}

/** One name of the line, or as many as are asked for: a name with a number behind it. */
async function volumeNames(context: CommandContext): Promise<string[]> {
  const given = findValue(context.line, 'volume')
  if (given !== undefined) return [checked(given)]
  const count = Number(
    await context.ask(`Enter number of Volumes to create. 0=>fixed name. Max=${MAX_VOLUMES}: `),
  )
  if (!Number.isInteger(count) || count < 0 || count > MAX_VOLUMES) {
    throw new CofferError('console-usage', `the number must be between 0 and ${MAX_VOLUMES}`)
  }
  if (count === 0) return [checked(await context.ask('Enter Volume name: '))]
  const base = checked(await context.ask('Enter base volume name: '))
  const first =
    findNumber(context.line, 'start') ?? Number(await context.ask('Enter the starting number: '))
  if (!Number.isInteger(first) || first < 0) {
    throw new CofferError('console-usage', 'the starting number must be 0 or more')
  }
  return Array.from({ length: count }, (_, at) => `${base}${String(first + at).padStart(4, '0')}`)
}

function checked(name: string): string {
  if (VOLUME_NAME.test(name)) return name
  throw new CofferError('console-usage', `"${name}" is no name of a Volume`)
}
