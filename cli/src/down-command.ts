// `coffer down DIR`: stops the daemons that run with the configuration there.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CofferError } from '@coffer/core'
import { findDaemon } from '@coffer/daemon'
import { configure, DAEMON_KINDS } from './daemons.ts'
import { oneDirectory, usage } from './usage.ts'

const HELP = `Usage: coffer down DIR

Stops the Director, the file daemon and the storage daemon that DIR configures,
in this order. Running Jobs are canceled.
`

const PATIENCE_MS = 60_000
const LOOK_AGAIN_MS = 25

export async function runDownCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = usage(HELP, () =>
    parseArgs({
      args: [...argv],
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    }),
  )
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const directory = usage(HELP, () => oneDirectory(positionals))
  const stopped = await stopDaemons(directory)
  process.stdout.write(
    stopped.length === 0 ? 'Nothing runs.\n' : `Stopped: ${stopped.join(', ')}\n`,
  )
  return 0
}

/** Stops what runs, the Director first; resolves with the kinds that ran. @throws CofferError down-failed */
export async function stopDaemons(directory: string): Promise<string[]> {
  const stopped: string[] = []
  for (const kind of [...DAEMON_KINDS].reverse()) {
    const { name, workingDirectory } = await configure(kind, directory)
    const pid = await findDaemon(workingDirectory, name)
    if (pid === undefined) continue
    process.kill(pid, 'SIGTERM')
    await waitUntilGone(kind, () => findDaemon(workingDirectory, name))
    stopped.push(kind)
  }
  return stopped
}

/** A process that is not our child gives no word when it ends: we have to look. */
async function waitUntilGone(kind: string, find: () => Promise<number | undefined>): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_AGAIN_MS) {
    if ((await find()) === undefined) return
    await pause(LOOK_AGAIN_MS)
  }
  throw new CofferError('down-failed', `${kind} still runs after ${String(PATIENCE_MS / 1000)} s`)
}
