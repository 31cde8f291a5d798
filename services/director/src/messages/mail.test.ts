import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MessageDestination, Secret } from '@coffer/core'
import { runCommand } from '@coffer/daemon'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MailBag } from './mail-bag.ts'
import { MailRoom, type MailRoutes } from './mail-room.ts'
import { sendMail, serverOptions } from './smtp.ts'

interface Received {
  readonly from: string
  readonly to: string[]
  readonly source: string
}

/** A mail server that takes mail for anybody but nobody@example.org, of "coffer" with a password. */
function makeServer(received: Received[]): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === 'coffer' && password === 's3 cret') callback(null, { user: username })
      else callback(new Error('no such user'))
    },
    onRcptTo: ({ address }, _session, callback) => {
      callback(address === 'nobody@example.org' ? new Error('no such mailbox') : null)
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString(),
        })
        callback()
      })
    },
  })
}

const received: Received[] = []
const server = makeServer(received)
let place = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  place = `127.0.0.1:${(server.server.address() as AddressInfo).port}`
})
afterAll(
  () =>
    new Promise<void>((resolve) => {
      server.close(resolve)
    }),
)
beforeEach(() => {
  received.length = 0
})

const MAIL = {
  from: 'coffer@example.org',
  to: 'root@example.org',
  subject: 'Grüße',
  text: 'Zeile\n',
}

describe('a mail by SMTP', () => {
  test('reaches everybody it is for', async () => {
    await sendMail(place, { ...MAIL, to: 'a@example.org, b@example.org' })
    expect(received).toMatchObject([
      { from: 'coffer@example.org', to: ['a@example.org', 'b@example.org'] },
    ])
    expect(received[0]?.source).toContain('Subject: =?UTF-8?')
    expect(received[0]?.source).toContain('\r\n\r\nZeile')
  })

  test('logs in where a password is given', async () => {
    await sendMail(`smtp://coffer:s3%20cret@${place}`, MAIL)
    expect(received).toHaveLength(1)
    const refused = sendMail(`smtp://coffer:wrong@${place}`, MAIL)
    await expect(refused).rejects.toMatchObject({ code: 'mail-undelivered' })
    await expect(refused).rejects.not.toThrow(/wrong/)
  })

  test('that is refused is an error with the reason', async () => {
    await expect(sendMail(place, { ...MAIL, to: 'nobody@example.org' })).rejects.toThrow(
      /SMTP server 127\.0\.0\.1:\d+: .*no such mailbox/,
    )
    await expect(sendMail('127.0.0.1:1', MAIL)).rejects.toThrow(/ECONNREFUSED/)
    await expect(sendMail('ftp://x', MAIL)).rejects.toThrow(/neither host:port nor/)
  })

  test.each([
    ['mail', { host: 'mail', port: 25, secure: false, tls: { rejectUnauthorized: false } }],
    ['smtps://[::1]', { host: '::1', port: 465, secure: true }],
    [
      'smtp://u:p%40@h:2525',
      { host: 'h', port: 2525, secure: false, auth: { user: 'u', pass: 'p@' } },
    ],
  ])('by %s', (text, expected) => {
    expect(serverOptions(text)).toEqual(expected)
  })
})

describe('the mail room', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mail-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  function makeRoom() {
    const later: { delayMs: number; action: () => void }[] = []
    const troubles: string[] = []
    const room = new MailRoom({
      clock: {
        nowMs: () => 0,
        after: (delayMs, action) => {
          later.push({ delayMs, action })
          return () => undefined
        },
      },
      send: sendMail,
      run: runCommand,
      subjectOf: (jobId) => subject(jobId),
      onTrouble: (text) => troubles.push(text),
    })
    return { room, later, troubles }
  }

  function subject(jobId: number, isGood = false) {
    const fill = (word: string) =>
      word
        .replaceAll('%j', `job.${jobId}`)
        .replaceAll('%e', isGood ? 'OK' : 'Error')
        .replaceAll('%%', '%')
    return { jobId, isGood, fill }
  }

  function routes(change: Partial<MailRoutes> = {}): MailRoutes {
    return {
      mailServer: new Secret(place),
      mailFrom: 'coffer@example.org',
      mailSubject: 'Coffer: %e of %j',
      ...change,
    }
  }

  function to(kind: MessageDestination['kind'], target = 'root@example.org'): MessageDestination {
    return { kind, target, types: new Set(['info']) }
  }

  const KINDS = ['mail', 'mailonerror', 'mailonsuccess'] as const

  test.each([
    [true, ['mail@x.org', 'mailonsuccess@x.org']],
    [false, ['mail@x.org', 'mailonerror@x.org']],
  ])('sends one mail to a Job and destination (ended well: %s)', async (isGood, expected) => {
    const { room } = makeRoom()
    for (const destination of KINDS.map((kind) => to(kind, `${kind}@x.org`))) {
      room.add('one\n', 7, { destination, routes: routes() })
      room.add('two\n', 7, { destination, routes: routes() })
    }
    await room.flush()
    expect(received).toEqual([])
    room.close(subject(7, isGood))
    await room.flush()
    expect(received.flatMap((mail) => mail.to).sort()).toEqual(expected)
    expect(received[0]?.source).toContain(`Subject: Coffer: ${isGood ? 'OK' : 'Error'} of job.7`)
    expect(received[0]?.source).toContain('one\r\ntwo')
  })

  test('writes to the operator at once', async () => {
    const { room } = makeRoom()
    room.add('mount it\n', 7, { destination: to('operator'), routes: routes() })
    await room.flush()
    expect(received[0]?.source).toContain('Subject: Coffer: intervention needed for job.7')
  })

  test('gathers what belongs to no Job for a minute', async () => {
    const { room, later } = makeRoom()
    const destination = to('mail')
    room.add('one\n', 0, { destination, routes: routes() })
    room.add('two\n', 0, { destination, routes: routes() })
    expect(later.map(({ delayMs }) => delayMs)).toEqual([60_000])
    later[0]?.action()
    await room.flush()
    expect(received).toHaveLength(1)
  })

  test('gives the text to a Mail Command, with its codes filled in', async () => {
    const { room, troubles } = makeRoom()
    const path = join(directory, 'out')
    const mailCommand = `perl -e 'open(F, ">", shift); print F "@ARGV\\n", <STDIN>' ${path} -s "x: %e of %j" 100%% %r`
    room.add('text\n', 7, { destination: to('mail', 'a%r@x.org'), routes: routes({ mailCommand }) })
    room.close(subject(7))
    await room.flush()
    expect(troubles).toEqual([])
    expect(await readFile(path, 'utf8')).toBe('-s x: Error of job.7 100% a%r@x.org\ntext\n')
  })

  test('tries again, says so, and gives up at last', async () => {
    const { room, later, troubles } = makeRoom()
    const operatorCommand = `perl -e 'print STDERR "no route\\n"; exit 3'`
    room.add('x\n', 7, { destination: to('operator'), routes: routes({ operatorCommand }) })
    await room.flush()
    expect(troubles).toEqual([
      'Mail to root@example.org about job.7 could not be sent and is tried again: "perl" ended with exit code 3: no route',
    ])
    while (later.length > 0) {
      later.shift()?.action()
      await room.flush()
    }
    expect(troubles.at(-1)).toMatch(/^Mail to root@example.org about job.7 was given up: /)
    expect(troubles).toHaveLength(2)
  })

  test('says at the end what was not sent', async () => {
    const { room, troubles } = makeRoom()
    const routed = routes({ mailServer: new Secret('127.0.0.1:1') })
    room.add('x\n', 7, { destination: to('operator'), routes: routed })
    await room.flush()
    room.abandon()
    expect(troubles.at(-1)).toBe('Mail to root@example.org about job.7 was not sent')
  })
})

test('a mail of too many lines keeps both ends', () => {
  const bag = new MailBag()
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 2000; i++) bag.add(line)
  bag.add('last\n')
  const text = bag.text()
  expect(text.length).toBeLessThan(1024 * 1024 + 2048)
  expect(text).toContain('… 977 lines are left out here …\n')
  expect(text.endsWith('last\n')).toBe(true)
})
