// The command `reload`: takes the configuration from disk again.
import { formatFault } from '@coffer/core'
import type { Command } from '../context.ts'

export const reloadCommand: Command = async ({ director, out }) => {
  const result = await director.reload()
  out.value('reload', { success: result.ok })
  if (!result.ok) {
    for (const fault of result.faults) await out.error(formatFault(fault))
    await out.error('failed to reload')
    return
  }
  for (const warning of result.warnings) await out.warning(formatFault(warning))
  await out.text('reloaded\n')
}
