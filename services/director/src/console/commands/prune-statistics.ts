// `prune stats`: forgets Jobs of the long-term statistics.
import { formatDuration } from '@coffer/core'
import { type CommandContext, confirm } from '../context.ts'

/** By the Statistics Retention of the Director. */
export async function pruneStatistics(context: CommandContext): Promise<void> {
  const { config, director, out } = context
  const { statisticsRetention } = config.director
  const period = formatDuration(statisticsRetention)
  await out.text(`The current Statistics retention period is: ${period} \n`)
  if (!(await confirm(context, 'Continue? (yes/no): '))) return
  const beforeMs = director.clock.nowMs() - statisticsRetention * 1000
  const count = await director.catalog.statistics.prune(beforeMs)
  out.value('prune', { stats: count })
  await out.text(`Pruned ${count} job record(s) from the statistics.\n`)
}
