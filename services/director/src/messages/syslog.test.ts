import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand, startProcess } from '@coffer/daemon'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { syslogText, writeSyslog } from './syslog.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syslog-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('each type has its priority, each line its own', () => {
  expect(syslogText({ facility: '', type: 'fatal', text: 'one\n\n two\n' })).toBe(
    '<27>one\n<27> two\n',
  )
  expect(syslogText({ facility: 'local0', type: 'warning', text: 'x' })).toBe('<132>x\n')
  expect(syslogText({ facility: 'nowhere', type: 'info', text: 'x' })).toBe('<30>x\n')
})

/** A socket as syslogd opens it: datagrams of Unix, which Node does not know. */
const LISTENER = String.raw`
  use Socket; $| = 1; socket(S, PF_UNIX, SOCK_DGRAM, 0) or die; bind(S, sockaddr_un(shift)) or die;
  print "ready\n"; while (defined(recv(S, $m, 65536, 0))) { print "$m\n" }`

test('reaches a socket like /dev/log', async () => {
  const socket = join(directory, 'log')
  const listener = startProcess({ argv: ['perl', '-e', LISTENER, socket] })
  const heard: string[] = []
  await once(listener.stdout, 'data')
  const both = new Promise<void>((resolve) => {
    listener.stdout.on('data', (chunk: Buffer) => {
      heard.push(
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      )
      if (heard.length >= 2) resolve()
    })
  })
  await writeSyslog({ tag: 'bench-dir', socket, run: runCommand }, [
    { facility: '', type: 'error', text: 'bench-dir JobId 3: Error: disk\n' },
    { facility: 'local1', type: 'info', text: 'bench-dir JobId 3: all is well\n' },
  ])
  await both
  await listener.stop()
  expect(heard[0]).toMatch(/^<27>.* bench-dir: bench-dir JobId 3: Error: disk$/)
  expect(heard[1]).toMatch(/^<142>.* bench-dir: bench-dir JobId 3: all is well$/)
})

test('says when nobody listens', async () => {
  const written = writeSyslog({ tag: 'x', socket: join(directory, 'none'), run: runCommand }, [
    { facility: '', type: 'info', text: 'x' },
  ])
  await expect(written).rejects.toMatchObject({ code: 'syslog-unreachable' })
})
