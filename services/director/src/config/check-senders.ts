// Reads the "DIR Plugin Options" of a Job when the configuration is read, so that a fault shows before a Job ends.
import { messageOf, type ResourceSet, type TextPosition } from '@coffer/core'
import { readSender } from '../plugin/senders.ts'

/** Reports what cannot be used as a fault, and options that nothing asks for as warnings. */
export function checkSenders(
  job: {
    readonly name: string
    readonly dirPluginOptions: readonly string[]
    readonly source: TextPosition
  },
  set: ResourceSet,
): void {
  for (const definition of job.dirPluginOptions) {
    const where = `"DIR Plugin Options" of Job "${job.name}"`
    try {
      const { warnings } = readSender(definition)
      for (const warning of warnings) set.warn(job.source, `${where}: ${warning}`)
    } catch (error) {
      set.fault(job.source, `${where}: ${messageOf(error)}`, 'See docs/monitoring.md.')
    }
  }
}
