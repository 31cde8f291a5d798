// Hooks of a client around real Jobs: the pair that saves a database as text and loads it again.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { absentPeers, coffer, run, Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const whyNot = absentPeers('sqlite3')

describe.skipIf(whyNot)('hooks', { meta: { skipReason: whyNot } }, () => {
  let trial: Trial
  let database: string

  beforeAll(async () => {
    trial = await Trial.start('hooks')
    database = join(trial.path, 'shop.db')
    await run(['sqlite3', database, "CREATE TABLE t(x); INSERT INTO t VALUES('a row');"])
    const hook = join(trial.host.path, 'hooks.d', '20-dump')
    await mkdir(join(trial.host.path, 'hooks.d'))
    await writeFile(
      hook,
      `#!/bin/sh
set -eu
db=${database} sql=${trial.source.small}/shop.sql
case "$1 $2" in
  'backup pre')   sqlite3 $db .dump > $sql ;;
  'restore post') rm -f $db; sqlite3 $db < $sql ;;
esac
`,
    )
    await chmod(hook, 0o755)
  })

  afterAll(() => trial.close())

  it('bring back a table that was dropped', async () => {
    const saved = await trial.backUp()
    expect(saved.status, saved.log).toBe('T')
    expect(saved.log).toMatch(/Hook 20-dump backup pre: ok/u)
    await run(['sqlite3', database, 'DROP TABLE t'])
    await rm(join(trial.source.small, 'shop.sql'))
    const restored = await trial.restore(saved.jobId, { where: '/' })
    expect(restored.status, restored.log).toBe('T')
    const rows = await run(['sqlite3', database, 'SELECT x FROM t'])
    expect(rows.stdout).toBe('a row\n')
    expect(await readFile(join(trial.source.small, 'shop.sql'), 'utf8')).toContain('a row')
  })

  it('are listed and switched', async () => {
    const hooks = (...argv: string[]) => coffer(['hooks', ...argv, '-c', trial.host.path])
    expect((await hooks('disable', '20-dump')).stdout).toBe('20-dump disabled\n')
    expect((await hooks()).stdout).toMatch(/\ndisabled {2}20-dump\n$/u)
    const saved = await trial.backUp()
    expect(saved.log).not.toContain('20-dump')
    const refused = await hooks('enable', '30-none')
    expect(refused).toMatchObject({ exitCode: 41, stderr: expect.stringContaining('"30-none"') })
  })
})
