import { decodePath, encodePath, Secret } from '@coffer/core'
import {
  type Call,
  type ConsoleInputInit,
  type ConsoleOutput,
  dial,
  makeSelfSigned,
  type Peer,
  serve,
  type WireServer,
} from '@coffer/wire'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleBench, startConsoleBench } from '../console/console-bench.contract.ts'
import { consoleSecret } from '../console-secret.ts'
import type { Director } from '../director.ts'
import { consoleHandlers } from './console-service.ts'

let bench: ConsoleBench
let server: WireServer
const peers: Peer[] = []

function serveDirector(director: Director): Promise<WireServer> {
  return makeSelfSigned(bench.directory, 'bench-dir').then((tls) =>
    serve({
      addresses: [{ host: '127.0.0.1', port: 0 }],
      tls,
      secretFor: (identity) => consoleSecret(bench.config, identity),
      services: { console: consoleHandlers(director) },
    }),
  )
}

beforeAll(async () => {
  bench = await startConsoleBench()
  server = await serveDirector(bench.director)
}, 60_000)
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close()
})
afterAll(async () => {
  await server.close(100)
  await bench.stop()
})

type ConsoleCall = Call<ConsoleInputInit, ConsoleOutput>

async function attach(name = '*UserAgent*', to = server): Promise<ConsoleCall> {
  const secret = consoleSecret(bench.config, { kind: 'console', name }) ?? new Secret('')
  const peer = dial({
    host: '127.0.0.1',
    port: to.addresses[0]?.port ?? 0,
    identity: { kind: 'console', name },
    secret,
    tls: {},
    peerName: 'Director "bench-dir"',
  })
  peers.push(peer)
  const call = peer.console.attach()
  const hello = { version: '0.1.0', interactive: false, columns: 80 }
  await call.send({ input: 'hello', hello })
  return call
}

/** Everything up to and with the next prompt, or the end. */
async function untilPrompt(call: ConsoleCall): Promise<{ text: string; last: ConsoleOutput }> {
  let text = ''
  for (;;) {
    const message = await call.receive()
    if (message === undefined) throw new Error(`the call ended after: ${text}`)
    if (message.output !== 'text') return { text, last: message }
    text += decodePath(message.text)
  }
}

async function type(call: ConsoleCall, line: string) {
  await call.send({ input: 'line', line: encodePath(line) })
  return untilPrompt(call)
}

describe('the console service', () => {
  test('greets, answers, and ends with an exit code', async () => {
    const call = await attach()
    expect(await untilPrompt(call)).toMatchObject({
      text: expect.stringContaining('1000 OK: bench-dir Version: '),
      last: { output: 'prompt', prompt: { kind: 'main', text: '*', messagesPending: false } },
    })
    expect((await type(call, 'whoami')).text).toBe('root\n')
    expect((await type(call, 'run job=md5')).last).toMatchObject({
      prompt: { kind: 'yesno', text: 'OK to run? (yes/mod/no): ' },
    })
    expect((await type(call, 'no')).text).toBe('Job not run.\n')
    expect((await type(call, 'quit')).last).toEqual({ output: 'end', end: { exitCode: 0 } })
    expect(await call.receive()).toBeUndefined()
  })

  test('gives a named console its own rights', async () => {
    const call = await attach('ops')
    expect((await untilPrompt(call)).text).toContain('You are logged in as: ops\n')
    expect((await type(call, 'whoami')).text).toBe('whoami: is an invalid command.\n')
    expect((await type(call, 'run job=upkeep yes')).text).toContain('Job "upkeep" not found\n')
  })

  test('leaves a question at an interrupt', async () => {
    const call = await attach()
    await untilPrompt(call)
    await type(call, 'restore client=host-fd')
    await call.send({ input: 'interrupt', interrupt: {} })
    expect(await untilPrompt(call)).toMatchObject({
      text: 'Selection aborted, nothing done.\n',
      last: { prompt: { kind: 'main' } },
    })
  })

  test('completes what is being typed', async () => {
    const call = await attach()
    await untilPrompt(call)
    await call.send({ input: 'complete', complete: encodePath('run job=n') })
    const answer = await call.receive()
    expect(
      answer?.output === 'completions' && answer.completions.candidates.map(decodePath),
    ).toEqual(['job=nightly'])
  })

  test('ends when the console ends its side', async () => {
    const call = await attach()
    await untilPrompt(call)
    call.end()
    expect(await call.receive()).toEqual({ output: 'end', end: { exitCode: 0 } })
  })

  test('sends long answers in pieces, and odd names as they are', async () => {
    const call = await attach()
    await untilPrompt(call)
    const { text } = await type(call, `sqlquery SELECT repeat('x', 200000) AS long`)
    expect(text.length).toBeGreaterThan(200_000)
    expect((await type(call, 'n\udce9')).text).toBe('n\udce9: is an invalid command.\n')
  })

  test('does not take lines without end', async () => {
    const { jobs } = bench.director
    const waitForAll = () => new Promise<void>(() => undefined)
    const busy = await serveDirector({ ...bench.director, jobs: { ...jobs, waitForAll } })
    const call = await attach('*UserAgent*', busy)
    await untilPrompt(call)
    const flood = async (): Promise<never> => {
      for (;;) {
        await call.send({ input: 'line', line: encodePath('wait') })
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await expect(flood()).rejects.toMatchObject({ code: 'console-flooded' })
    await busy.close(0)
  })

  test('is gone when the caller is', async () => {
    const call = await attach()
    await untilPrompt(call)
    peers.splice(0).forEach((peer) => {
      peer.close()
    })
    await expect(call.receive()).rejects.toThrow()
    const again = await attach()
    expect((await untilPrompt(again)).text).toContain('1000 OK')
  })
})
