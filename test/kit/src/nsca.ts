// Debian's NSCA daemon, and what it handed on.
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { findPortBase, makeScratch } from './scratch.ts'
import { until } from './until.ts'

export interface NscaOptions {
  /** `decryption_method` of NSCA. */
  readonly method: number
  readonly password: string
  /** The command pipe of Nagios or Icinga; without it lines are kept for `lines`. */
  readonly commandFile?: string
}

export interface Nsca {
  readonly port: number
  /** The external commands that it wrote, without their times: "PROCESS_SERVICE_CHECK_RESULT;host;service;0;text". */
  lines(): Promise<string[]>
  close(): Promise<void>
}

export const NSCA_PEERS = ['nsca'] as const

/** Resolves when it listens. Needs the packages of `NSCA_PEERS`. */
export async function startNsca(options: NscaOptions): Promise<Nsca> {
  const scratch = await makeScratch('nsca')
  const port = await findPortBase()
  const dump = join(scratch.path, 'dump')
  const config = join(scratch.path, 'nsca.cfg')
  // Without a pipe at `command_file` the lines go to the dump file.
  const lines = [
    `pid_file=${join(scratch.path, 'nsca.pid')}`,
    'server_address=127.0.0.1',
    `server_port=${port}`,
    `command_file=${options.commandFile ?? join(scratch.path, 'absent')}`,
    `alternate_dump_file=${dump}`,
    // It refuses a line without a value.
    ...(options.password === '' ? [] : [`password=${options.password}`]),
    `decryption_method=${options.method}`,
    'max_packet_age=30',
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  await writeFile(dump, '')
  const child = startChild(['nsca', '-c', config, '-f', '--single'])
  const close = async () => {
    await child.stop()
    await scratch.remove()
  }
  try {
    await until(`NSCA on port ${port}`, () => canConnect(port))
  } catch (error) {
    await close()
    throw new Error(`NSCA did not start: ${child.said()}`, { cause: error })
  }
  return {
    port,
    lines: async () => {
      const text = await readFile(dump, 'utf8')
      return text.split('\n').flatMap((line) => /^\[\d+\] (.*)$/u.exec(line)?.[1] ?? [])
    },
    close,
  }
}

function canConnect(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(undefined)
    })
  })
}
