// The commands `mount`, `unmount` and `release`: Volumes in Devices.
import { dropUndefined } from '../../catalog/defined.ts'
import type { DriveChoice } from '../../director.ts'
import { type CommandLine, findValue, hasKeyword } from '../command-line.ts'
import { type Command, type CommandContext, findNumber } from '../context.ts'
import { listNames, selectResource } from '../resources.ts'

type Action = 'mount' | 'unmount' | 'release'

function makeMount(action: Action): Command {
  return async (context) => {
    if (action === 'release' && hasKeyword(context.line, 'alldrives')) {
      for (const name of listNames(context, 'storage')) await act(context, action, name)
      return
    }
    const storage = await selectStorage(context)
    if (storage !== undefined) await act(context, action, storage)
  }
}

/** Named by itself, or by a running Job that uses it. */
async function selectStorage(context: CommandContext): Promise<string | undefined> {
  const { line, director } = context
  const given = findValue(line, 'storage')
  if (given !== undefined) return selectResource(context, 'storage', given)
  const jobId = findNumber(line, 'jobid')
  const name = findValue(line, 'job', 'ujobid')
  if (jobId === undefined && name === undefined) return selectResource(context, 'storage')
  const job = director.jobs
    .running()
    .find((each) => each.jobId === jobId || each.job === name || each.request.jobName === name)
  if (job !== undefined) return job.request.storage.name
  await context.out.error(`Job ${name ?? jobId ?? ''} is not running.`)
  return undefined
}

export function driveChoice(line: CommandLine): DriveChoice {
  return dropUndefined({ slot: findNumber(line, 'slot'), drive: findNumber(line, 'drive') })
}

async function act(context: CommandContext, action: Action, storage: string): Promise<void> {
  const { director, config, out, signal, line } = context
  const resource = config.storages.get(storage)
  await out.text(
    `Connecting to Storage daemon ${storage} at ${resource?.address ?? ''}:${resource?.port ?? 0} ...\n`,
  )
  const response = await director.peers[action](storage, driveChoice(line), signal)
  const text = response.text.trimEnd()
  if (response.ok) await out.text(`${text}\n`)
  else await out.error(text)
  out.value(action, { device: response.device, ok: response.ok, text })
}

export const mountCommand = makeMount('mount')
export const unmountCommand = makeMount('unmount')
export const releaseCommand = makeMount('release')
