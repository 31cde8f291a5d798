import { Secret } from '@coffer/core'
import { describe, expect, it } from 'vitest'
import { type ScramClaim, type ScramExchange, proveIdentity } from './scram-client.ts'
import { type ScramVerifier, verifyCaller } from './scram-server.ts'

/** Two ends of a line; `said` keeps every text in order. */
function line(): { client: ScramExchange; server: ScramExchange; said: string[]; hangUp(): void } {
  const said: string[] = []
  const end = () => {
    const queue: (string | undefined)[] = []
    let wake: (() => void) | undefined
    return {
      push: (text: string | undefined) => {
        queue.push(text)
        wake?.()
      },
      shift: async () => {
        while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        return queue.shift()
      },
    }
  }
  const [toServer, toClient] = [end(), end()]
  const send = (to: ReturnType<typeof end>) => async (text: string) => {
    said.push(text)
    to.push(text)
  }
  return {
    said,
    client: { send: send(toServer), receive: toClient.shift },
    server: { send: send(toClient), receive: toServer.shift },
    hangUp: () => toClient.push(undefined),
  }
}

const claim: ScramClaim = {
  name: 'job:Backup,1',
  secret: new Secret('key'),
  endPoint: () => Buffer.from('certificate'),
}
const verifier: ScramVerifier = {
  secretFor: ({ kind, name }) =>
    kind === 'job' && name === 'Backup,1' ? new Secret('key') : undefined,
  binding: { kind: 'tls-server-end-point', data: Buffer.from('certificate') },
  saltKey: Buffer.alloc(32, 1),
  iterations: 4096,
}

async function run(claimed: Partial<ScramClaim>, verifying: Partial<ScramVerifier> = {}) {
  const { client, server, said, hangUp } = line()
  const verifying2 = verifyCaller(server, { ...verifier, ...verifying }).then(async (verdict) => {
    if (verdict.identity === undefined) hangUp()
    else await server.send(verdict.final)
    return verdict
  })
  const problem = await proveIdentity(client, { ...claim, ...claimed })
  return { problem, verdict: await verifying2, said }
}

describe('an exchange', () => {
  it('proves both sides to each other', async () => {
    const { problem, verdict, said } = await run({})
    expect(problem).toBeUndefined()
    expect(verdict.identity).toMatchObject({ kind: 'job', name: 'Backup,1' })
    expect(said).toHaveLength(4)
    expect(said.join()).not.toContain('key')
  })

  it('fails with another secret', async () => {
    const { problem, verdict } = await run({ secret: new Secret('kez') })
    expect(problem).toBe('it does not know the Password')
    expect(verdict).toMatchObject({ reason: 'the Password is not the same' })
  })

  it('fails when a certificate stands between', async () => {
    const { verdict } = await run({ endPoint: () => Buffer.from('another') })
    expect(verdict).toMatchObject({ claimed: 'job:Backup,1' })
    expect(verdict).toHaveProperty('reason', expect.stringContaining('another certificate'))
  })

  it.each(['root:Backup,1', 'job:', 'job', 'job:Backup', 'director:Backup,1'])(
    'fails for the unknown name "%s" as for a wrong secret',
    async (name) => {
      const { said, verdict } = await run({ name })
      expect(verdict).toMatchObject({ claimed: name, reason: 'the name is not known' })
      expect(said).toHaveLength(3)
      expect(said[1]).toMatch(/^r=.*,s=.*,i=4096$/)
    },
  )

  it('gives a name the same salt each time, known or not, and each name its own', async () => {
    const saltOf = async (name: string) =>
      /s=([^,]*)/.exec((await run({ name })).said[1] ?? '')?.[1]
    expect(await saltOf('job:nobody')).toBe(await saltOf('job:nobody'))
    expect(await saltOf('job:Backup,1')).toBe(await saltOf('job:Backup,1'))
    expect(await saltOf('job:nobody')).not.toBe(await saltOf('job:Backup,1'))
  })

  it('is given up by a caller whose server only pretends', async () => {
    const { client, server } = line()
    const problem = proveIdentity(client, claim)
    const first = (await server.receive()) ?? ''
    const nonce = /r=(.*)$/.exec(first)?.[1] ?? ''
    await server.send(`r=${nonce}more,s=${Buffer.alloc(16).toString('base64')},i=4096`)
    await server.receive()
    await server.send(`v=${Buffer.alloc(32).toString('base64')}`)
    expect(await problem).toBe('it does not know the Password')
  })

  it('is given up by a caller whose server breaks the rules', async () => {
    const { client, server } = line()
    const problem = proveIdentity(client, claim)
    await server.receive()
    await server.send('r=other,s=AAAA,i=1')
    expect(await problem).toContain('rules')
  })

  it('without channel binding is refused', async () => {
    const { client, server } = line()
    await client.send('n,,n=job:Backup=2C1,r=0123456789abcdef')
    expect(await verifyCaller(server, verifier)).toMatchObject({
      reason: 'it does not bind itself to the certificate',
    })
  })

  it('of texts beyond the limit is refused', async () => {
    const { client, server } = line()
    await client.send(`p=tls-server-end-point,,n=job:a,r=${'x'.repeat(5000)}`)
    expect(await verifyCaller(server, verifier)).toMatchObject({ claimed: undefined })
  })
})
