// An Icinga 2 with one host and passive services, its HTTPS interface with a CA of its own.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { startChild } from './child.ts'
import type { ServiceState } from './nagios.ts'
import { run } from './run.ts'
import { findPortBase, makeScratch } from './scratch.ts'
import { until } from './until.ts'

export interface Icinga2 {
  /** "https://localhost:12345" */
  readonly url: string
  readonly caFile: string
  /** May hand in check results and nothing else. */
  readonly user: string
  readonly password: string
  service(name: string): Promise<ServiceState>
  close(): Promise<void>
}

export const ICINGA2_PEERS = ['icinga2-bin'] as const

// The certificate's name: what the interface is called by.
const NODE = 'localhost'
const ADMIN = { user: 'root', password: 'test-admin' } as const
const SENDER = { user: 'coffer', password: 'test-sender' } as const
const START_TIMEOUT_MS = 60_000

/** Resolves when it answers. Needs root and the packages of `ICINGA2_PEERS`. */
export async function startIcinga2(host: string, services: readonly string[]): Promise<Icinga2> {
  const scratch = await makeScratch('icinga2')
  const port = await findPortBase()
  const at = (name: string) => join(scratch.path, name)
  for (const name of [
    'etc',
    'lib/certs',
    'lib/ca',
    'log',
    'cache',
    'run',
    'spool/perfdata',
    'spool/tmp',
  ]) {
    await mkdir(at(name), { recursive: true })
  }
  await writeFile(at('etc/icinga2.conf'), configText(port, host, services))
  const places = placesOf(at)
  // Icinga changes to this user before it reads or writes anything.
  const giveAway = () => run(['chown', '-R', 'nagios:nagios', scratch.path])
  await giveAway()
  await makeCertificate(at, places)
  await giveAway()
  const child = startChild(['icinga2', 'daemon', '-c', at('etc/icinga2.conf'), ...places])
  const close = async () => {
    await child.stop()
    await scratch.remove()
  }
  const caFile = at('lib/certs/ca.crt')
  const ask = async (path: string) => get(`https://${NODE}:${port}${path}`, caFile)
  try {
    await until(
      'an answer of Icinga 2',
      () =>
        ask('/v1/status').then(
          () => true,
          () => undefined,
        ),
      START_TIMEOUT_MS,
    )
  } catch (error) {
    await close()
    throw new Error(`Icinga 2 did not start: ${child.said()}`, { cause: error })
  }
  return {
    url: `https://${NODE}:${port}`,
    caFile,
    ...SENDER,
    service: async (name) => stateIn(await ask(`/v1/objects/services/${host}!${name}`)),
    close,
  }
}

function configText(port: number, host: string, services: readonly string[]): string {
  const passive = 'check_command = "passive"; enable_active_checks = false; max_check_attempts = 1'
  return `const NodeName = "${NODE}"
const ZoneName = NodeName
const TicketSalt = "test"
const PluginDir = "/usr/lib/nagios/plugins"
const ManubulonPluginDir = PluginDir
const PluginContribDir = PluginDir
include <itl>
object Endpoint NodeName { }
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" { }
object ApiListener "api" { bind_host = "127.0.0.1"; bind_port = ${port}; ticket_salt = TicketSalt }
object ApiUser "${ADMIN.user}" { password = "${ADMIN.password}"; permissions = [ "*" ] }
object ApiUser "${SENDER.user}" {
  password = "${SENDER.password}"; permissions = [ "actions/process-check-result" ]
}
object Host "${host}" { ${passive} }
${services.map((name) => `object Service "${name}" { host_name = "${host}"; ${passive} }`).join('\n')}
`
}

/** Nothing below /etc/icinga2, /var/lib/icinga2 or /run is read or written. */
function placesOf(at: (name: string) => string): string[] {
  const places = {
    ConfigDir: at('etc'),
    DataDir: at('lib'),
    LogDir: at('log'),
    CacheDir: at('cache'),
    InitRunDir: at('run'),
    SpoolDir: at('spool'),
    PidPath: at('run/icinga2.pid'),
    Concurrency: '1',
  }
  return Object.entries(places).flatMap(([name, value]) => ['-D', `${name}=${value}`])
}

async function makeCertificate(at: (name: string) => string, places: string[]): Promise<void> {
  const [key, csr, cert] = ['key', 'csr', 'crt'].map((ending) => at(`lib/certs/${NODE}.${ending}`))
  const steps = [
    ['new-ca'],
    ['new-cert', '--cn', NODE, '--key', key ?? '', '--csr', csr ?? ''],
    ['sign-csr', '--csr', csr ?? '', '--cert', cert ?? ''],
  ]
  for (const step of steps) {
    const done = await run(['icinga2', 'pki', ...step, ...places])
    if (done.exitCode !== 0) throw new Error(`icinga2 pki failed: ${done.stdout}${done.stderr}`)
  }
  await copyFile(at('lib/ca/ca.crt'), at('lib/certs/ca.crt'))
}

async function get(url: string, caFile: string): Promise<unknown> {
  const ca = await readFile(caFile)
  const auth = `${ADMIN.user}:${ADMIN.password}`
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json' }
    const asked = request(url, { ca, auth, headers, agent: false, family: 4 }, (response) => {
      if (response.statusCode === 200) json(response).then(resolve, reject)
      else reject(new Error(`${url} answered ${String(response.statusCode)}`))
    })
    asked.once('error', reject)
    asked.end()
  })
}

interface ServiceAnswer {
  readonly results: readonly {
    readonly attrs: {
      readonly state: number
      readonly last_check_result: {
        readonly output: string
        readonly performance_data: readonly string[]
      } | null
    }
  }[]
}

function stateIn(answer: unknown): ServiceState {
  const attrs = (answer as ServiceAnswer).results[0]?.attrs
  const result = attrs?.last_check_result ?? undefined
  return {
    state: result === undefined ? undefined : attrs?.state,
    output: result?.output ?? '',
    performance: result?.performance_data.join(' ') ?? '',
  }
}
