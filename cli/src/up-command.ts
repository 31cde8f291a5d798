// `coffer up DIR`: starts the daemons configured there as separate processes.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CofferError } from '@coffer/core'
import { type BackgroundDaemon, findDaemon, startInBackground } from '@coffer/daemon'
import { configure, DAEMON_KINDS, type DaemonKind } from './daemons.ts'
import { stopDaemons } from './down-command.ts'
import { oneDirectory, usage } from './usage.ts'

const PROGRAM = fileURLToPath(new URL('../bin/coffer', import.meta.url))

const HELP = `Usage: coffer up DIR [--detach]

Starts the storage daemon, the file daemon and the Director that DIR configures.
In the foreground their logs go to standard output and Ctrl-C stops all three;
with --detach they go on by themselves, each with a log in its working directory.
`

export async function runUpCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = usage(HELP, () =>
    parseArgs({
      args: [...argv],
      options: { detach: { type: 'boolean', short: 'd' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    }),
  )
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const directory = usage(HELP, () => oneDirectory(positionals))
  const isDetached = values.detach ?? false
  const started = await startAll(directory, isDetached)
  process.stdout.write(`Console: coffer console -c ${directory}\n`)
  if (isDetached) {
    process.stdout.write(`Stop:    coffer down ${directory}\n`)
    return 0
  }
  return stayInForeground(directory, started)
}

async function startAll(directory: string, isDetached: boolean): Promise<BackgroundDaemon[]> {
  await refuseIfRunning(directory)
  const started: BackgroundDaemon[] = []
  try {
    for (const kind of DAEMON_KINDS) {
      const daemon = await startOne(kind, directory, isDetached)
      started.push(daemon)
      process.stdout.write(`${kind} is up, process ${String(daemon.pid)}\n`)
    }
  } catch (error) {
    await stopDaemons(directory)
    throw error
  }
  return started
}

async function refuseIfRunning(directory: string): Promise<void> {
  for (const kind of DAEMON_KINDS) {
    const { name, workingDirectory } = await configure(kind, directory)
    const pid = await findDaemon(workingDirectory, name)
    if (pid !== undefined) {
      throw new CofferError('up-failed', `${kind} "${name}" runs already as process ${String(pid)}`)
    }
  }
}

async function startOne(
  kind: DaemonKind,
  directory: string,
  isDetached: boolean,
): Promise<BackgroundDaemon> {
  const { name, workingDirectory } = await configure(kind, directory)
  return startInBackground({
    name: kind,
    argv: [process.execPath, PROGRAM, kind, '-f', '-c', directory],
    logPath: isDetached ? join(workingDirectory, `${name}.log`) : undefined,
  })
}

/** Until a signal asks for the end, or one of the daemons ends by itself: then it stops the others and fails. */
async function stayInForeground(directory: string, daemons: BackgroundDaemon[]): Promise<number> {
  const asked = new Promise<0>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => {
        resolve(0)
      })
    }
  })
  const failed = Promise.race(daemons.map((daemon) => daemon.ended)).then((how) => {
    process.stderr.write(`coffer up: a daemon ended with ${how}, stopping the others\n`)
    return 1
  })
  const keepAlive = setInterval(() => undefined, 1 << 30)
  const code = await Promise.race([asked, failed])
  clearInterval(keepAlive)
  await stopDaemons(directory)
  return code
}
