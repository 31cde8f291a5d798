import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())

async function said(...lines: string[]): Promise<string> {
  return (await bench.converse(lines)).replaceAll(bench.directory, '@DIR@')
}

async function json(line: string): Promise<unknown> {
  const text = await bench.converse(['.api 2 compact=yes', line])
  return JSON.parse(text.slice(text.indexOf(line) + line.length)) as unknown
}

describe('setdebug', () => {
  test('reaches this Director, one daemon, or all', async () => {
    expect(
      await said(
        'setdebug level=50 dir',
        'setdebug trace=1 client=host-fd',
        'setdebug level=1 all',
      ),
    ).toMatchInlineSnapshot(`
      "setdebug level=50 dir
      level=50 trace=0 hangup=0 timestamp=0 tracefilename=@DIR@/bench-dir.trace
      setdebug trace=1 client=host-fd
      2000 OK setdebug=-1 trace=1 hangup=0 timestamp=0 tracefilename=/var/host-fd.trace
      setdebug level=1 all
      level=1 trace=0 hangup=0 timestamp=0 tracefilename=@DIR@/bench-dir.trace
      3000 OK setdebug=1 trace=0 hangup=0 timestamp=0 tracefilename=/var/File.trace
      2000 OK setdebug=1 trace=0 hangup=0 timestamp=0 tracefilename=/var/host-fd.trace
      Failed to connect to Client spare-fd.
      Error: down
      ====
      "
    `)
  })

  test('asks for what the line does not say', async () => {
    expect(await said('setdebug', '2', '7', 'setdebug dir', 'x')).toMatchInlineSnapshot(`
      "setdebug
      Available daemons are:
      1: Director
      2: Storage
      3: Client
      4: All
      Select daemon type to set debug level (1-4): 2
      Automatically selected Storage: File
      Enter new debug level: 7
      3000 OK setdebug=7 trace=0 hangup=0 timestamp=0 tracefilename=/var/File.trace
      setdebug dir
      Enter new debug level: x
      Error: "x" is no debug level
      \`help\` followed by the command shows its arguments.
      "
    `)
  })

  test('in JSON', async () => {
    expect(await json('setdebug level=0 dir')).toMatchObject({
      result: { setdebug: [{ level: 0, trace: false }] },
    })
  })
})

test('trace, as text and in JSON', async () => {
  expect(await said('trace on', 'trace', 'off')).toBe(
    'trace on\ntrace=1 tracefilename=@DIR@/bench-dir.trace\n' +
      'trace\nTurn on or off? off\ntrace=0 tracefilename=@DIR@/bench-dir.trace\n',
  )
  expect(await json('trace off')).toMatchObject({ result: { trace: { trace: false } } })
})

test('resolve, here and elsewhere, as text and in JSON', async () => {
  expect(await said('resolve 127.0.0.1', 'resolve client=host-fd mail', 'resolve no.invalid')).toBe(
    'resolve 127.0.0.1\nbench-dir resolves 127.0.0.1 to host[ipv4:127.0.0.1]\n' +
      'resolve client=host-fd mail\nhost-fd resolves mail to host-fd mail\n' +
      'resolve no.invalid\nError: "no.invalid" does not resolve: getaddrinfo ENOTFOUND no.invalid\n' +
      'Look at /etc/hosts and the name server of the machine where that daemon runs.\n',
  )
  expect(await json('resolve ::1')).toMatchObject({
    result: { resolve: { daemon: 'bench-dir', host: '::1', addresses: ['host[ipv6:::1]'] } },
  })
})
