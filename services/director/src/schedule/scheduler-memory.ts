// How far the scheduler has looked, kept over a restart in the working directory of the Director.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface SchedulerMemory {
  /** Up to when runs that were due have been started, in milliseconds since the epoch; undefined when nobody knows. */
  load(): Promise<number | undefined>
  save(lookedMs: number): Promise<void>
}

/** A small file, replaced as a whole. One that cannot be read counts as none: the worst is a missed run that nobody names. */
export function fileMemory(directory: string, director: string): SchedulerMemory {
  const file = join(directory, `${director}.scheduler`)
  return {
    load: async () => {
      const text = await readFile(file, 'utf8').catch(() => '')
      return /^\d{1,15}\n$/.test(text) ? Number(text) : undefined
    },
    save: async (lookedMs) => {
      await writeFile(`${file}.new`, `${lookedMs}\n`, { mode: 0o640 })
      await rename(`${file}.new`, file)
    },
  }
}
