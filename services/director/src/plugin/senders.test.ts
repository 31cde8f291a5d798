import { createHmac } from 'node:crypto'
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { systemClock } from '@coffer/core'
import { afterEach, describe, expect, test } from 'vitest'
import { ENDED_JOB } from './ended-job.contract.ts'
import type { EndedJob } from './ended-job.ts'
import { graphiteLines } from './graphite-sender.ts'
import { icingaResult } from './icinga2-sender.ts'
import { prometheusText } from './prometheus-sender.ts'
import { reportEnd } from './report-end.ts'
import { readSender, SENDERS } from './senders.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function listenHttp(status: number, answer = ''): Promise<[number, Received[]]> {
  const received: Received[] = []
  const server = createHttpServer((request, response) => {
    void textOf(request).then((body) => {
      const { method = '', url: path = '', headers } = request
      received.push({ method, path, headers, body })
      response.writeHead(status).end(answer)
    })
  })
  return [await listen(server), received]
}

async function report(definition: string, ended: EndedJob = ENDED_JOB): Promise<string[]> {
  const warnings: string[] = []
  await reportEnd([definition], ended, {
    clock: systemClock,
    warn: async (text) => {
      warnings.push(text)
      return Promise.resolve()
    },
  })
  return warnings
}

describe('definitions', () => {
  test('the line of the slides is the NSCA sender', () => {
    const { sender, warnings } = readSender(`python:module_path=/usr/lib64/bareos/plugins:
      module_name=bareos-dir-nsca-sender:monitorHost=icingahost:
      checkHost=my_bareosFD:checkService=bareos_backup`)
    expect(sender.target).toBe('NSCA at "icingahost:5667"')
    expect(warnings).toEqual([])
  })

  test.each(SENDERS.map(({ name }) => name))('%s can be named for short', (name) => {
    expect(readSender(name).warnings).toEqual([])
  })

  test.each([
    ['nsca:encryption=7', /"encryption" .* known are 0, 1, 2, 3, 14$/u],
    ['nsca:monitorPort=0', /"monitorPort" .* a number from 1 to 65535$/u],
    ['nsca:timeout=x', /"timeout"/u],
    ['graphit', /"graphit".*graphite/u],
    ['python3:module_name=bareos-dir-nsca-sendr', /bareos-dir-nsca-sender/u],
    ['python3:module_path=/x', /"python3"/u],
    ['icinga2:url=ftp\\://x', /"url" .* no http/u],
    ['prometheus:username=u', /"password"/u],
    ['prometheus:use_tls=perhaps', /yes or no/u],
  ])('%s is refused', (definition, message) => {
    expect(() => readSender(definition)).toThrow(
      expect.objectContaining({ code: 'plugin-option', message: expect.stringMatching(message) }),
    )
  })

  test('an option that nothing asks for is told of, with the nearest name', () => {
    expect(readSender('nsca:monitorHst=x').warnings).toEqual([
      expect.stringMatching(/no option "monitorHst".*monitorHost/u),
    ])
  })
})

describe('NSCA', () => {
  test('without a monitorHost nothing is sent', async () => {
    expect(await report('nsca')).toEqual([expect.stringContaining('"monitorHost" is missing')])
  })

  test('a daemon that hangs up, and one that is not there', async () => {
    const port = await listen(createServer((socket) => socket.end()))
    expect(await report(`nsca:monitorHost=127.0.0.1:monitorPort=${port}`)).toEqual([
      expect.stringMatching(new RegExp(`NSCA at "127.0.0.1:${port}": it hung up`, 'u')),
    ])
    const closed = await listen(createServer())
    servers.pop()?.close()
    expect(await report(`nsca:monitorHost=127.0.0.1:monitorPort=${closed}`)).toEqual([
      expect.stringMatching(/ECONNREFUSED/u),
    ])
  })

  test('a daemon that says nothing costs the timeout and no more', async () => {
    const port = await listen(createServer(() => undefined))
    const definition = `nsca:monitorHost=127.0.0.1:monitorPort=${port}:timeout=1`
    expect(await report(definition)).toEqual([
      expect.stringMatching(/it took longer than 1 seconds$/u),
    ])
  })
})

test('Graphite gets its lines', async () => {
  let received = ''
  const server = createServer((socket) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text
    })
  })
  const port = await listen(server)
  const definition = `graphite:collectorHost=127.0.0.1:collectorPort=${port}`
  expect(await report(definition, { ...ENDED_JOB, name: 'a.b c' })).toEqual([])
  await expect.poll(() => received).toBe(graphiteLines({ ...ENDED_JOB, name: 'a.b c' }, 'apps'))
  expect(received.split('\n').map((line) => line.replace(/ \d+$/u, ''))).toEqual([
    'apps.bareos.jobs.a_b_c.status.error 0',
    'apps.bareos.jobs.a_b_c.status.warning 0',
    'apps.bareos.jobs.a_b_c.status.success 1',
    'apps.bareos.jobs.a_b_c.jobbytes 1000',
    'apps.bareos.jobs.a_b_c.jobfiles 5',
    'apps.bareos.jobs.a_b_c.runningtime 10',
    'apps.bareos.jobs.a_b_c.throughput 100',
    '',
  ])
})

test('the Pushgateway gets its metrics, of failed Jobs only when asked', async () => {
  const [port, received] = await listenHttp(202)
  const gateway = `prometheus:gateway_host=127.0.0.1:gateway_port=${port}:username=u:password=p`
  expect(await report(gateway)).toEqual([])
  const failed: EndedJob = { ...ENDED_JOB, status: 'f' }
  expect(await report(gateway, failed)).toEqual([])
  expect(await report(`${gateway}:report_failed=yes`, failed)).toEqual([])
  expect(received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'PUT /metrics/job/nightly/instance/host-fd',
    'PUT /metrics/job/nightly/instance/host-fd',
  ])
  expect(received[0]?.headers.authorization).toBe('Basic dTpw')
  expect(received[0]?.body).toBe(prometheusText(ENDED_JOB))
  expect(received[0]?.body).toContain('\nbareos_job_status{bareos_job_status="T"} 1\n')
  expect(received[1]?.body).toContain('\nbareos_job_status{bareos_job_status="f"} 1\n')
})

test('Icinga 2 gets a check result with a time to live', async () => {
  const [port, received] = await listenHttp(200, '{"results":[{"code":200}]}')
  const icinga = `icinga2:url=http\\://127.0.0.1\\:${port}:username=u:password=p:ttl=3600`
  expect(await report(`${icinga}:checkHost=h:checkService=s`)).toEqual([])
  expect(received[0]?.path).toBe('/v1/actions/process-check-result')
  const wanted = icingaResult(ENDED_JOB, { host: 'h', service: 's', ttlSeconds: 3600 })
  expect(JSON.parse(received[0]?.body ?? '')).toEqual(JSON.parse(JSON.stringify(wanted)))
  expect(wanted).toMatchObject({ exit_status: 0, ttl: 3600, filter_vars: { wanted_host: 'h' } })
})

test('a refusal is told in the words of the one who refused', async () => {
  const [port] = await listenHttp(401, 'Unauthorized\nmore')
  expect(await report(`webhook:url=http\\://127.0.0.1\\:${port}/x?key=hidden`)).toEqual([
    `Could not report the end of the Job to webhook "http://127.0.0.1:${port}": it answered 401: Unauthorized`,
  ])
})

test('a webhook gets JSON, signed', async () => {
  const [port, received] = await listenHttp(204)
  const hook = `webhook:url=http\\://127.0.0.1\\:${port}/hook:secret=s3cret:token=t:when=problem`
  expect(await report(hook)).toEqual([])
  expect(received).toEqual([])
  expect(await report(hook, { ...ENDED_JOB, status: 'W', startMs: undefined })).toEqual([])
  const { body, headers } = received[0] ?? { body: '', headers: {} }
  const hmac = createHmac('sha256', 's3cret').update(body).digest('hex')
  expect(headers).toMatchObject({
    authorization: 'Bearer t',
    'x-coffer-signature': `sha256=${hmac}`,
  })
  expect(JSON.parse(body)).toMatchObject({
    event: 'job-end',
    result: 'warning',
    startTime: null,
    endTime: '2026-11-21T21:05:15.000Z',
    bytesPerSecond: 0,
  })
})
