// A file and a directory that filed may not read: each is named, the rest is saved, and the Job ends with warnings.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Trial } from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Root without the two capabilities that let it read everything.
const NOT_ALMIGHTY = ['setpriv', '--bounding-set=-dac_override,-dac_read_search']

describe('what filed may not read', { timeout: 120_000 }, () => {
  let trial: Trial
  let file: string
  let directory: string

  beforeAll(async () => {
    trial = await Trial.start('unreadable')
    file = join(trial.source.small, 'secret-file')
    directory = join(trial.source.small, 'secret-directory')
    await writeFile(file, 'nobody reads this')
    await mkdir(directory)
    await writeFile(join(directory, 'inside'), 'nor this')
    await chmod(file, 0)
    await chmod(directory, 0)
    await trial.host.stop('filed')
    await trial.host.start('filed', process.getuid?.() === 0 ? NOT_ALMIGHTY : [])
  })

  afterAll(() => trial.close())

  it('is named, and all else is saved', async () => {
    const saved = await trial.backUp()
    expect(saved, saved.log).toMatchObject({
      status: 'W',
      termination: 'Backup OK -- with warnings',
    })
    expect(saved.log).toMatch(new RegExp(`${file}.*Permission denied`))
    expect(saved.log).toMatch(new RegExp(`${directory}.*Permission denied`))
    const files = await trial.host.console([`list files jobid=${String(saved.jobId)}`])
    expect(files).toContain(join(trial.source.small, 'file-0'))
    expect(files).not.toContain(file)
    expect(await trial.restore(saved.jobId)).toMatchObject({ status: 'T' })
  })

  it('is saved once it may be read', async () => {
    await chmod(file, 0o644)
    await chmod(directory, 0o755)
    const saved = await trial.backUp()
    expect(saved.status, saved.log).toBe('T')
    expect(await trial.restoreDifferences(saved.jobId)).toEqual([])
  })
})
