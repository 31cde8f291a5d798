// Records that a Bareos 26 wrote with PKI Encryption: opened with the key pair and with the master key.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordsOf, systemClock } from '@coffer/core'
import { createRestorer, KeyRing, type RestoreProblem } from '@coffer/files'
import { makeCertifiedKey } from '@coffer/test-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const here = (name: string) => readFile(new URL(name, import.meta.url))
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let place: string
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'coffer-encrypted-'))
})
afterEach(() => rm(place, { recursive: true }))

async function restoreWith(...pems: readonly string[]) {
  const problems: RestoreProblem[] = []
  const sources = pems.map((text) => ({ name: 'test', text }))
  const restorer = createRestorer({
    where: place,
    replace: 'always',
    tag: 'test',
    nowMs: systemClock.nowMs(),
    report: (problem) => problems.push(problem),
    keys: new KeyRing({ sources, expectsSignatures: true }),
  })
  for (const record of recordsOf(await here('bareos-26-encrypted.records'))) restorer.accept(record)
  return { totals: restorer.end(), problems }
}

const stored = (name: string) => readFile(join(place, 'srv/sample', name))

describe('files that Bareos encrypted', () => {
  it('open with the key pair, their signatures good', async () => {
    const pair = (await here('bareos-26-encrypted.pem')).toString()
    const { totals, problems } = await restoreWith(pair)
    expect(problems).toEqual([])
    expect(totals.files).toBe(27)
    expect(sha256(await stored('text/a.txt'))).toBe(
      '71f4a8d6490e74374733bb87fdee19ab9afd128825ee6fb1c142d23fec5591a3',
    )
    expect((await stored('text/small.txt')).toString()).toBe('hello\n')
    expect(await stored('text/empty')).toHaveLength(0)
  })

  it('open with the master key, which does not know who signed', async () => {
    const master = (await here('bareos-26-master.pem')).toString()
    const { totals, problems } = await restoreWith(master)
    expect(totals).toMatchObject({ files: 27, errors: 0 })
    expect(problems).toHaveLength(14)
    expect(problems[0]?.text).toContain('the signature is not verified')
    expect((await stored('text/small.txt')).toString()).toBe('hello\n')
  })

  it('stay closed to another key: one line for each, and nothing is written', async () => {
    const { totals, problems } = await restoreWith(makeCertifiedKey('stranger').pairPem)
    expect(totals).toMatchObject({ files: 13, errors: 14 })
    expect(problems[0]?.text).toBe(
      `"${place}/srv/sample/text/small.txt" is not restored: its content is encrypted, and the key ` +
        '6d963d3beb730b71ce75bb3169cc35d1f4a56ac6 or fbf6e3d95b567a0efaef6c7160fd873f3d80f232 is not here',
    )
    await expect(stored('text/small.txt')).rejects.toThrow('ENOENT')
  })
})
