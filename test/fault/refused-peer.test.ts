// Peers that do not come together: wrong password, wrong certificate, nobody there. Each says so, and heals when mended.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coffer, Trial } from '@coffer/test-kit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const CLIENT = 'director.d/client/coffer-fd.conf'
const STORAGE = 'director.d/storage/File.conf'
const CONSOLE = 'console.conf'
const PASSWORD = /Password = "[^"]+"/
const WRONG_PASSWORD = 'Password = "a-wrong-one-of-this-test"'
const TERMINATION = '*** Backup Error ***'

describe('a peer that', { timeout: 120_000 }, () => {
  let trial: Trial
  const good = new Map<string, string>()

  beforeAll(async () => {
    trial = await Trial.start('refused', (draft) =>
      draft.edit('director.d/director/coffer-dir.conf', (text) =>
        text.replace(
          'Director {',
          'Director {\n  FD Connect Timeout = 2\n  SD Connect Timeout = 2\n',
        ),
      ),
    )
    for (const file of [CLIENT, STORAGE, CONSOLE]) {
      good.set(file, await readFile(join(trial.host.path, file), 'utf8'))
    }
  })

  afterEach(async () => {
    for (const [file, text] of good) await writeFile(join(trial.host.path, file), text)
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
  })

  afterAll(() => trial.close())

  async function failingBackup(file: string, change: (text: string) => string): Promise<string> {
    await trial.host.edit(file, change)
    const { status, termination, log } = await trial.backUp()
    expect({ status, termination }, log).toEqual({ status: 'E', termination: TERMINATION })
    expect(log).not.toContain('a-wrong-one')
    return log
  }

  it('has another password: client', async () => {
    const log = await failingBackup(CLIENT, (text) => text.replace(PASSWORD, WRONG_PASSWORD))
    expect(log).toMatch(/Fatal error: .*Client "coffer-fd".*Password/i)
  })

  it('has another password: storage', async () => {
    const log = await failingBackup(STORAGE, (text) => text.replace(PASSWORD, WRONG_PASSWORD))
    expect(log).toMatch(/Fatal error: .*storage daemon "File".*Password/i)
  })

  it('has another password: console', async () => {
    await trial.host.edit(CONSOLE, (text) => text.replace(PASSWORD, WRONG_PASSWORD))
    const said = await coffer(['console', '-c', trial.host.path], 'version\n')
    expect(said.exitCode).toBe(1)
    expect(said.stdout + said.stderr).toMatch(/Director "coffer-dir".*Password/i)
    expect(said.stdout + said.stderr).not.toContain('a-wrong-one')
  })

  it('has a certificate of another authority', async () => {
    const trust =
      (daemon: string) =>
      (text: string): string =>
        text.replace(
          'Client {',
          `Client {\n TLS Verify Peer = yes\n TLS CA Certificate File = "${certificateOf(daemon)}"\n`,
        )
    const log = await failingBackup(CLIENT, trust('storage/coffer-sd'))
    expect(log).toMatch(
      /Fatal error: .*certificate.*Client "coffer-fd"|Client "coffer-fd".*certificate/i,
    )
  })

  it('is not there: client', async () => {
    const log = await failingBackup(CLIENT, (text) => text.replace(/Port = \d+/, 'Port = 1'))
    expect(log).toMatch(/Fatal error: .*Client "coffer-fd".*localhost:1\b/)
  })

  it('is not there: storage', async () => {
    const log = await failingBackup(STORAGE, (text) => text.replace(/Port = \d+/, 'Port = 1'))
    expect(log).toMatch(/Fatal error: .*storage daemon "File".*localhost:1\b/)
  })

  it('is not there: director', async () => {
    await trial.host.edit(CONSOLE, (text) => text.replace(/Port = \d+/, 'Port = 1'))
    const said = await coffer(['console', '-c', trial.host.path], 'version\n')
    expect(said.exitCode).toBe(1)
    expect(said.stdout + said.stderr).toMatch(/Director "coffer-dir".*localhost:1\b/)
  })

  function certificateOf(daemon: string): string {
    return join(trial.host.path, 'state', `${daemon}.tls.pem`)
  }
})
