// Reports the end of a Job to Graphite's plain text collector (carbon).
import { connect } from 'node:net'
import { type EndedJob, jobTimes, resultOf } from './ended-job.ts'
import type { Sender, SenderKind } from './sender.ts'
import type { SenderOptions } from './sender-options.ts'

export const graphiteSender: SenderKind = {
  name: 'graphite',
  moduleName: 'bareos-dir-graphite-sender',
  about: 'Graphite collector',
  make: makeSender,
}

function makeSender(options: SenderOptions): Sender {
  const host = options.text('collectorHost') ?? 'graphite'
  const port = options.port('collectorPort', 2003)
  const prefix = options.text('metricPrefix') ?? 'apps'
  return {
    target: `Graphite at "${host}:${port}"`,
    timeoutMs: options.timeoutMs('timeout', 5),
    send: async (ended, signal) => {
      const socket = connect({ host, port, signal })
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.once('close', () => {
          resolve()
        })
        // The collector says nothing; what it might say must not keep the socket open.
        socket.resume()
        socket.end(graphiteLines(ended, prefix))
      })
    },
  }
}

/** Lines "path value seconds". A dot in a Job's name would begin a new level of the path. Pure. */
export function graphiteLines(ended: EndedJob, prefix: string): string {
  const path = `${prefix}.bareos.jobs.${ended.name.replaceAll(/[^\w-]/gu, '_')}`
  const { runningSeconds, throughput } = jobTimes(ended)
  const result = resultOf(ended.status)
  const values = {
    'status.error': Number(result === 'failed'),
    'status.warning': Number(result === 'warning' || result === 'canceled'),
    'status.success': Number(result === 'ok'),
    jobbytes: ended.bytes,
    jobfiles: ended.files,
    runningtime: runningSeconds,
    throughput,
  }
  const atSeconds = Math.floor(ended.endMs / 1000)
  return Object.entries(values)
    .map(([name, value]) => `${path}.${name} ${value} ${atSeconds}\n`)
    .join('')
}
