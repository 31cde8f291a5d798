// What a daemon refuses to start with: a directive that does not exist, and a working directory that another one uses.
import { copyFile, cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { coffer, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const DIRECTOR = 'director.d/director/coffer-dir.conf'

describe('a Director', { timeout: 120_000 }, () => {
  let trial: Trial

  beforeAll(async () => {
    trial = await Trial.start('refused-start')
  })

  afterAll(() => trial.close())

  it('with an unknown directive says where it is and what may be meant', async () => {
    const good = join(trial.path, 'good.conf')
    const file = join(trial.host.path, DIRECTOR)
    await copyFile(file, good)
    await trial.host.edit(DIRECTOR, (text) =>
      text.replace('Director {\n', 'Director {\n  Maxmum Concurent Jobs = 3\n'),
    )
    for (const argv of [['-t'], ['-f']]) {
      const said = await coffer(['director', ...argv, '-c', trial.host.path])
      expect(said.exitCode).toBe(argv[0] === '-t' ? 1 : 42)
      expect(said.stdout + said.stderr).toContain(`${file}:2:3`)
      expect(said.stdout + said.stderr).toContain('"Maxmum Concurent Jobs"')
      expect(said.stdout + said.stderr).toContain('Maximum Concurrent Jobs')
    }
    const reloaded = await trial.host.console(['reload'])
    expect(reloaded).toContain(`${file}:2:3`)
    await copyFile(good, file)
    expect(await trial.backUp()).toMatchObject({ status: 'T' })
  })

  it('on the working directory of another one is refused, and does no harm', async () => {
    const other = join(trial.path, 'other')
    await cp(join(trial.host.path, 'director.d'), join(other, 'director.d'), { recursive: true })
    const twin = await coffer(['director', '-f', '-c', other])
    expect(twin.exitCode).toBe(1)
    expect(twin.stdout + twin.stderr).toContain('already-running')
    expect(twin.stdout + twin.stderr).toContain(join(trial.host.path, 'state/director'))
    await rm(other, { recursive: true })
    const next = await trial.backUp()
    expect(next.status, next.log).toBe('T')
    expect(await trial.restoreDifferences(next.jobId)).toEqual([])
  })
})
