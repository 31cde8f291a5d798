// Reports the end of a Job as JSON to any HTTP address.
import { createHmac } from 'node:crypto'
import { CofferError } from '@coffer/core'
import { type EndedJob, jobTimes, resultOf } from './ended-job.ts'
import { expectSuccess, httpPost } from './http-post.ts'
import type { Sender, SenderKind } from './sender.ts'
import type { SenderOptions } from './sender-options.ts'

export const webhookSender: SenderKind = {
  name: 'webhook',
  moduleName: undefined,
  about: 'any HTTP address, as JSON',
  make: makeSender,
}

function makeSender(options: SenderOptions): Sender {
  const url = options.url('url')
  const token = options.secret('token')
  const secret = options.secret('secret')
  const caFile = options.text('caFile')
  const isWanted = wantedResults(options)
  return {
    target: `webhook "${url === undefined ? '?' : url.origin}"`,
    timeoutMs: options.timeoutMs('timeout', 5),
    send: async (ended, signal) => {
      if (url === undefined) throw new CofferError('plugin-option', 'the option "url" is missing')
      if (!isWanted(ended)) return
      const body = JSON.stringify(webhookBody(ended))
      const headers = {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
        ...(secret === undefined ? {} : { 'x-coffer-signature': signature(secret.reveal(), body) }),
      }
      expectSuccess(await httpPost({ url, method: 'POST', headers, body, caFile, signal }))
    },
  }
}

function wantedResults(options: SenderOptions): (ended: EndedJob) => boolean {
  const when = options.oneOf('when', ['always', 'problem'], 'always')
  return when === 'always' ? () => true : ({ status }) => resultOf(status) !== 'ok'
}

/** HMAC-SHA-256 of the body, so that the receiver can tell who sent it: "sha256=<hex>". */
function signature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

/** What is sent; docs/monitoring.md describes each field. Pure. */
function webhookBody(ended: EndedJob) {
  const { totalSeconds, runningSeconds, throughput } = jobTimes(ended)
  return {
    event: 'job-end',
    result: resultOf(ended.status),
    jobId: ended.jobId,
    job: ended.job,
    name: ended.name,
    type: ended.type,
    level: ended.level,
    status: ended.status,
    client: ended.client,
    pool: ended.pool,
    storage: ended.storage,
    volumes: ended.volumes,
    priority: ended.priority,
    errors: ended.errors,
    files: ended.files,
    bytes: ended.bytes,
    queuedTime: isoTime(ended.queuedMs),
    startTime: ended.startMs === undefined ? null : isoTime(ended.startMs),
    endTime: isoTime(ended.endMs),
    totalSeconds,
    runningSeconds,
    bytesPerSecond: throughput,
  }
}

/** "2026-11-21T21:05:00.000Z" */
function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
