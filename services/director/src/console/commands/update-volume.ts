// `update volume`: status, retention, limits and Pool of Volumes.
import type { VolumeRow } from '../../catalog/media.ts'
import { findValue, hasKeyword } from '../command-line.ts'
import { choose, type CommandContext } from '../context.ts'
import { requireResource, selectResource } from '../resources.ts'
import { VOLUME_PARAMETERS, type VolumeParameter } from '../volume-parameters.ts'

export async function updateVolume(context: CommandContext): Promise<void> {
  const { line } = context
  if (hasKeyword(line, 'allfrompools')) return updateAllFromPools(context)
  const allFromPool = findValue(line, 'allfrompool')
  if (allFromPool !== undefined) return updateAllFromPool(context, allFromPool)
  const volume = await selectVolume(context, findValue(line, 'volume', 'media'))
  if (volume === undefined) return
  const isGiven = await updateFromLine(context, volume)
  if (!isGiven) await updateByMenu(context, volume.name)
}

/** The Volume that was named, by name or `*MediaId`, within the console's Pools. */
export async function selectVolume(
  context: CommandContext,
  given: string | undefined,
): Promise<VolumeRow | undefined> {
  const { media } = context.director.catalog
  const name = given ?? (await context.ask('Enter a Volume name or *MediaId: '))
  const volume = /^\*\d+$/.test(name)
    ? await media.findById(Number(name.slice(1)))
    : await media.find(name)
  if (volume !== undefined && context.rights.allows('pool', volume.pool)) return volume
  await context.out.error(`Volume "${name}" not found in the Catalog.`)
  return undefined
}

/** Does what the line asks for; false when it asks for nothing. */
async function updateFromLine(context: CommandContext, volume: VolumeRow): Promise<boolean> {
  const { line } = context
  let isGiven = false
  for (const parameter of VOLUME_PARAMETERS) {
    const value = findValue(line, ...parameter.keywords)
    if (value === undefined) continue
    isGiven = true
    await apply(context, volume.name, parameter, value)
  }
  const pool = findValue(line, 'pool')
  if (pool !== undefined) await moveToPool(context, volume.name, pool)
  const recyclePool = findValue(line, 'recyclepool')
  if (recyclePool !== undefined) await setRecyclePool(context, volume.name, recyclePool)
  if (hasKeyword(line, 'frompool')) await updateFromPool(context, volume.name)
  return isGiven || pool !== undefined || recyclePool !== undefined || hasKeyword(line, 'frompool')
}

async function apply(
  context: CommandContext,
  name: string,
  parameter: VolumeParameter,
  value: string,
): Promise<void> {
  const { change, text } = parameter.read(value)
  await context.director.catalog.media.update(name, change)
  context.out.value('update', { volume: name, ...change })
  await context.out.text(`${text}\n`)
}

async function moveToPool(context: CommandContext, name: string, pool: string): Promise<void> {
  if (!(await requireResource(context, 'pool', pool))) return
  const { catalog } = context.director
  const row = await catalog.pools.find(pool)
  if (row === undefined) return
  await catalog.media.update(name, { poolId: row.poolId })
  await context.out.text(`New Pool is: ${pool}\n`)
}

async function setRecyclePool(context: CommandContext, name: string, pool: string): Promise<void> {
  if (!(await requireResource(context, 'pool', pool))) return
  const { catalog } = context.director
  const row = await catalog.pools.find(pool)
  if (row === undefined) return
  await catalog.media.update(name, { recyclePoolId: row.poolId })
  await context.out.text(`New RecyclePool is: ${pool}\n`)
}

async function updateFromPool(context: CommandContext, name: string): Promise<void> {
  const row = await context.director.catalog.media.updateFromPool(name)
  if (row !== undefined) {
    await context.out.text(`Volume defaults updated from "${row.pool}" Pool record.\n`)
  }
}

async function updateAllFromPool(context: CommandContext, pool: string): Promise<void> {
  if (!(await requireResource(context, 'pool', pool))) return
  const { catalog } = context.director
  const row = await catalog.pools.find(pool)
  if (row === undefined) return
  await catalog.media.updateAllFromPool(row.poolId)
  await context.out.text(`All Volume defaults updated from "${pool}" Pool record.\n`)
}

async function updateAllFromPools(context: CommandContext): Promise<void> {
  for (const { name } of await context.director.catalog.pools.list()) {
    if (context.config.pools.has(name) && context.rights.allows('pool', name)) {
      await updateAllFromPool(context, name)
    }
  }
}

const POOL = 'Pool'
const FROM_POOL = 'Volume from Pool'
const ALL_FROM_POOL = 'All Volumes from Pool'
const ALL_FROM_POOLS = 'All Volumes from all Pools'
const DONE = 'Done'

async function updateByMenu(context: CommandContext, name: string): Promise<void> {
  const items = [
    ...VOLUME_PARAMETERS.map(({ label }) => label),
    POOL,
    FROM_POOL,
    ALL_FROM_POOL,
    ALL_FROM_POOLS,
    DONE,
  ]
  for (;;) {
    await context.out.text(`Updating Volume "${name}"\n`)
    const index = await choose(context, {
      heading: 'Parameters to modify:',
      question: 'Select parameter to modify',
      items,
    })
    if (items[index] === DONE) return
    await modifyByMenu(context, name, items[index] ?? DONE)
  }
}

async function modifyByMenu(context: CommandContext, name: string, label: string): Promise<void> {
  const parameter = VOLUME_PARAMETERS.find((each) => each.label === label)
  if (parameter !== undefined) {
    return apply(context, name, parameter, await askValue(context, parameter))
  }
  if (label === FROM_POOL) return updateFromPool(context, name)
  if (label === ALL_FROM_POOLS) return updateAllFromPools(context)
  const pool = await selectResource(context, 'pool')
  if (pool === undefined) return
  await (label === ALL_FROM_POOL
    ? updateAllFromPool(context, pool)
    : moveToPool(context, name, pool))
}

async function askValue(context: CommandContext, parameter: VolumeParameter): Promise<string> {
  const { question, choices } = parameter
  if (choices === undefined) return context.ask(question)
  return choices[await choose(context, { question, items: choices })] ?? ''
}
