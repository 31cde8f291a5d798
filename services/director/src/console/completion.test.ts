import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALL_RIGHTS, makeRights } from './acl.ts'
import { completeLine, keywordsOf } from './completion.ts'
import { findCommand } from './command-table.ts'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
afterAll(() => bench.stop())

function complete(line: string, rights = ALL_RIGHTS): Promise<readonly string[]> {
  return completeLine(line, bench.director, rights)
}

describe('completion', () => {
  test.each([
    ['vers', ['version']],
    ['sta', ['status']],
    ['.vol', ['.volstatus']],
    ['help resto', ['restore']],
    ['list jobm', ['jobmedia']],
    ['status cl', ['client=']],
    ['run job=n', ['job=nightly']],
    ['restore client=', ['client=host-fd', 'client=spare-fd']],
    ['run job=md5 level=I', ['level=Incremental', 'level=InitCatalog']],
    ['restore replace=if', ['replace=ifnewer', 'replace=ifolder']],
    ['nosuch x', []],
    ['run nosuch=x', []],
  ])('of "%s"', async (line, expected) => {
    expect(await complete(line)).toEqual(expected)
  })

  test('offers what begins alike', async () => {
    expect(await complete('list job')).toEqual([
      'job=',
      'jobid=',
      'joblevel=',
      'joblog',
      'jobmedia',
      'jobs',
      'jobstatistics',
      'jobstatus=',
      'jobtotals',
      'jobtype=',
    ])
  })

  test('offers nothing that is denied', async () => {
    const rights = makeRights([{ command: ['run'], job: ['md5'] }])
    expect(await complete('r', rights)).toEqual(['run'])
    expect(await complete('run job=', rights)).toEqual(['job=md5'])
    expect(await complete('list job', rights)).toEqual([])
  })

  test('knows the keywords of a summary', () => {
    const run = findCommand('run')
    expect(run === undefined ? [] : keywordsOf(run)).toContain('spooldata=')
    expect(run === undefined ? [] : keywordsOf(run)).toContain('yes')
    expect(run === undefined ? [] : keywordsOf(run)).not.toContain('name')
  })
})
