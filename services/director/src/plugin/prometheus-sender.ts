// Pushes the result of a Job to a Prometheus Pushgateway, in the names of Bareos's Prometheus exporter.
import { CofferError } from '@coffer/core'
import { type EndedJob, jobTimes, resultOf } from './ended-job.ts'
import { basicAuthorization, expectSuccess, httpPost } from './http-post.ts'
import type { Sender, SenderKind } from './sender.ts'
import type { SenderOptions } from './sender-options.ts'

export const prometheusSender: SenderKind = {
  name: 'prometheus',
  moduleName: 'bareos-dir-prometheus-exporter',
  about: 'Prometheus Pushgateway',
  make: makeSender,
}

function makeSender(options: SenderOptions): Sender {
  const host = options.text('gatewayHost') ?? 'localhost'
  const port = options.port('gatewayPort', 9091)
  const scheme = options.yesNo('useTls', false) ? 'https' : 'http'
  const user = options.text('username')
  const password = options.secret('password')
  const caFile = options.text('caFile')
  const reportsFailed = options.yesNo('reportFailed', false)
  if ((user === undefined) !== (password === undefined)) {
    throw new CofferError(
      'plugin-option',
      'of the options "username" and "password" one is missing',
    )
  }
  const authorization =
    user === undefined || password === undefined
      ? {}
      : { authorization: basicAuthorization(user, password.reveal()) }
  return {
    target: `Prometheus Pushgateway at "${host}:${port}"`,
    timeoutMs: options.timeoutMs('timeout', 5),
    send: async (ended, signal) => {
      if (resultOf(ended.status) === 'failed' && !reportsFailed) return
      // The gateway keeps one group of metrics a Job: what a Job pushes replaces what it pushed before.
      const url = new URL(`${scheme}://${bracketed(host)}:${port}`)
      url.pathname = `/metrics/job/${encodeURIComponent(ended.name)}/instance/${encodeURIComponent(ended.client)}`
      const headers = { 'content-type': 'text/plain; version=0.0.4', ...authorization }
      const body = prometheusText(ended)
      expectSuccess(await httpPost({ url, method: 'PUT', headers, body, caFile, signal }))
    },
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

const STATUSES = ['T', 'W', 'E', 'f', 'A']
const LEVELS = ['F', 'D', 'I', 'f']
const TYPES = ['B', 'R', 'V', 'D', 'C', 'M', 'c', 'g', 'O']

/** The text format: numbers as gauges, states as one series for each possible value. Pure. */
export function prometheusText(ended: EndedJob): string {
  const { runningSeconds, throughput } = jobTimes(ended)
  return [
    states('bareos_job_status', 'Status of the Job', STATUSES, ended.status),
    gauge('bareos_job_running_time', 'Seconds that the Job ran', runningSeconds),
    gauge('bareos_job_files', 'Files of the Job', ended.files),
    gauge('bareos_job_bytes', 'Bytes of the Job', ended.bytes),
    gauge('bareos_job_throughput', 'Bytes of the Job per second', throughput),
    gauge('bareos_job_priority', 'Priority of the Job', ended.priority),
    states('bareos_job_level', 'Level of the Job', LEVELS, ended.level),
    states('bareos_job_type', 'Type of the Job', TYPES, ended.type),
    gauge('bareos_job_client', 'Client of the Job', 1, { client: ended.client }),
  ].join('')
}

type Labels = Readonly<Record<string, string>>

function gauge(name: string, help: string, value: number, labels: Labels = {}): string {
  return `${head(name, help)}${name}${labelText(labels)} ${value}\n`
}

function states(name: string, help: string, known: readonly string[], state: string): string {
  const all = known.includes(state) ? known : [...known, state]
  const lines = all.map(
    (word) => `${name}${labelText({ [name]: word })} ${Number(word === state)}\n`,
  )
  return head(name, help) + lines.join('')
}

function head(name: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    return `${name}="${escaped}"`
  })
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
