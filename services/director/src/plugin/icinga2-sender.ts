// Reports the end of a Job to Icinga 2 as a passive check result, through its HTTP interface.
import { CofferError } from '@coffer/core'
import { checkResultOf } from './check-result.ts'
import type { EndedJob } from './ended-job.ts'
import { basicAuthorization, expectSuccess, httpPost } from './http-post.ts'
import type { Sender, SenderKind } from './sender.ts'
import type { SenderOptions } from './sender-options.ts'

export const icinga2Sender: SenderKind = {
  name: 'icinga2',
  moduleName: undefined,
  about: 'HTTP interface of Icinga 2',
  make: makeSender,
}

const DAY_SECONDS = 86_400
const ACTION = '/v1/actions/process-check-result'

function makeSender(options: SenderOptions): Sender {
  const url = options.url('url')
  const user = options.text('username')
  const password = options.secret('password')
  const caFile = options.text('caFile')
  const service = {
    host: options.text('checkHost') ?? 'bareos',
    service: options.text('checkService') ?? 'backup_job',
    ttlSeconds: options.seconds('ttl', DAY_SECONDS + DAY_SECONDS / 4),
  }
  return {
    target: `Icinga 2 at "${url?.host ?? '?'}"`,
    timeoutMs: options.timeoutMs('timeout', 5),
    send: async (ended, signal) => {
      if (url === undefined || user === undefined || password === undefined) {
        const missing = url === undefined ? 'url' : user === undefined ? 'username' : 'password'
        throw new CofferError('plugin-option', `the option "${missing}" is missing`)
      }
      const headers = {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: basicAuthorization(user, password.reveal()),
      }
      const body = JSON.stringify(icingaResult(ended, service))
      const answer = await httpPost({
        url: new URL(ACTION, url),
        method: 'POST',
        headers,
        body,
        caFile,
        signal,
      })
      expectSuccess(answer)
    },
  }
}

export interface IcingaService {
  readonly host: string
  readonly service: string
  /** A result older than this turns the service stale, so that a Job that never ran is noticed; 0: never. */
  readonly ttlSeconds: number
}

/** The body of the action. Pure. */
export function icingaResult(ended: EndedJob, { host, service, ttlSeconds }: IcingaService) {
  const { exitCode, text, performance } = checkResultOf(ended)
  return {
    type: 'Service',
    filter: 'host.name == wanted_host && service.name == wanted_service',
    filter_vars: { wanted_host: host, wanted_service: service },
    exit_status: exitCode,
    plugin_output: text,
    performance_data: performance,
    check_source: 'coffer',
    ...(ttlSeconds === 0 ? {} : { ttl: ttlSeconds }),
  }
}
