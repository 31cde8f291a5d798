// A Nagios 4 with one host and passive services, and what it shows of them.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChild } from './child.ts'
import { run } from './run.ts'
import { makeScratch } from './scratch.ts'
import { until } from './until.ts'

/** A service as the monitoring system shows it. */
export interface ServiceState {
  /** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; undefined before the first result. */
  readonly state: number | undefined
  readonly output: string
  readonly performance: string
}

export interface Monitor {
  /** The pipe that takes external commands. */
  readonly commandFile: string
  service(name: string): Promise<ServiceState>
  close(): Promise<void>
}

export const NAGIOS_PEERS = ['nagios4-core'] as const

const COMMANDS = `define command {
  command_name none
  command_line /bin/true
}
define timeperiod {
  timeperiod_name always
  alias always
  sunday 00:00-24:00
}
define contact {
  contact_name nobody
  host_notifications_enabled 0
  service_notifications_enabled 0
  host_notification_period always
  service_notification_period always
  host_notification_commands none
  service_notification_commands none
}
`

const PASSIVE = `  check_command none
  check_period always
  active_checks_enabled 0
  passive_checks_enabled 1
  max_check_attempts 1
  contacts nobody
  notification_period always
  notifications_enabled 0
}
`

/** Resolves when it takes commands. Needs root and the packages of `NAGIOS_PEERS`. */
export async function startNagios(host: string, services: readonly string[]): Promise<Monitor> {
  const scratch = await makeScratch('nagios')
  const at = (name: string) => join(scratch.path, name)
  await mkdir(at('rw'))
  await mkdir(at('results'))
  await writeFile(at('objects.cfg'), objectsText(host, services))
  await writeFile(at('nagios.cfg'), mainText(at))
  await run(['chown', '-R', 'nagios:nagios', scratch.path])
  const child = startChild(['nagios4', at('nagios.cfg')])
  const close = async () => {
    await child.stop()
    await scratch.remove()
  }
  try {
    await until('the command pipe of Nagios', () => exists(at('rw/nagios.cmd')))
    await until('the status file of Nagios', () => exists(at('status.dat')))
  } catch (error) {
    await close()
    throw new Error(`Nagios did not start: ${child.said()}`, { cause: error })
  }
  return {
    commandFile: at('rw/nagios.cmd'),
    service: async (name) => serviceIn(await readFile(at('status.dat'), 'utf8'), name),
    close,
  }
}

function objectsText(host: string, services: readonly string[]): string {
  const named = services.map(
    (name) =>
      `define service {\n  host_name ${host}\n  service_description ${name}\n  check_interval 5\n  retry_interval 1\n${PASSIVE}`,
  )
  return `${COMMANDS}define host {\n  host_name ${host}\n  address 127.0.0.1\n${PASSIVE}${named.join('')}`
}

function mainText(at: (name: string) => string): string {
  const lines = [
    `cfg_file=${at('objects.cfg')}`,
    `log_file=${at('nagios.log')}`,
    `object_cache_file=${at('objects.cache')}`,
    `precached_object_file=${at('objects.precache')}`,
    `status_file=${at('status.dat')}`,
    'status_update_interval=1',
    `state_retention_file=${at('retention.dat')}`,
    `temp_file=${at('nagios.tmp')}`,
    `temp_path=${at('')}`,
    `check_result_path=${at('results')}`,
    `log_archive_path=${at('')}`,
    `lock_file=${at('nagios.lock')}`,
    `query_socket=${at('rw/nagios.qh')}`,
    'nagios_user=nagios',
    'nagios_group=nagios',
    'check_external_commands=1',
    `command_file=${at('rw/nagios.cmd')}`,
    'accept_passive_service_checks=1',
  ]
  return `${lines.join('\n')}\n`
}

function serviceIn(status: string, name: string): ServiceState {
  const blocks = status.split(/\n\t\}\n/u).filter((block) => block.includes('servicestatus {'))
  const block = blocks.find((text) => field(text, 'service_description') === name) ?? ''
  const isChecked = field(block, 'has_been_checked') === '1'
  return {
    state: isChecked ? Number(field(block, 'current_state')) : undefined,
    output: field(block, 'plugin_output'),
    performance: field(block, 'performance_data'),
  }
}

function field(block: string, name: string): string {
  return new RegExp(`^\\t${name}=(.*)$`, 'mu').exec(block)?.[1] ?? ''
}

function exists(path: string): Promise<true | undefined> {
  return stat(path).then(
    (found) => (found.size > 0 || found.isFIFO() ? true : undefined),
    () => undefined,
  )
}
