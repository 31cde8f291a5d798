// Volumes take as much disk as what they save: they go as soon as no run needs them.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Deletes the Volumes of Jobs that have their own. */
export async function dropVolumes(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith('shared-')) await rm(join(directory, name))
  }
}
