// The command `restore`: which Jobs, which files of them, where to, and then a Job that does it.
import { announceCatalog, type Command } from '../context.ts'
import { finishRestore } from '../restore-finish.ts'
import { chooseFiles } from '../restore-files.ts'
import { chooseSource } from '../restore-source.ts'
import { readWishes, restoreJobs } from '../restore-wishes.ts'

export const restoreCommand: Command = async (context) => {
  const wishes = readWishes(context)
  if (restoreJobs(context).length === 0) {
    const { name } = context.config.director
    return context.out.error(
      `${name} has no Job of Type = Restore: without one nothing can be restored.`,
    )
  }
  await announceCatalog(context, 'query')
  const source = await chooseSource(context, wishes)
  if (source === undefined) return
  const chosen = await chooseFiles(context, wishes, source)
  if (chosen === undefined) return
  await finishRestore(context, wishes, chosen)
}
