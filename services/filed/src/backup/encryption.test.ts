import { mkdir, readdir, readFile } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordsOf, STREAM } from '@coffer/core'
import { KeyRing, type ProtectionSource } from '@coffer/files'
import {
  compareTrees,
  makeCertifiedKey,
  makeNastyTree,
  makeScratch,
  run,
  type Scratch,
} from '@coffer/test-kit'
import type { FileOptions } from '@coffer/wire'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { backUp, filesetOf, restoreAll } from './backup-loop.contract.ts'

const isRoot = process.geteuid?.() === 0
// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const owner = makeCertifiedKey('owner')
const master = makeCertifiedKey('master')
const SECRET = 'the recipe of the house '
const pem = (name: string, text: string) => ({ name, text })

let scratch: Scratch
let tree: string
let places = 0

beforeAll(async () => {
  scratch = await makeScratch('encryption')
  tree = join(scratch.path, 'tree')
  await makeNastyTree(tree, isRoot)
  writeFileSync(join(tree, 'secret.txt'), SECRET.repeat(30_000))
})

afterAll(async () => {
  await run(['chmod', '-R', 'u+rwx', scratch.path])
  await run(['rm', '-rf', scratch.path])
})

async function newPlace(): Promise<string> {
  places += 1
  const place = join(scratch.path, `restored-${places}`)
  await mkdir(place)
  return place
}

function protection(more: Partial<ProtectionSource> = {}): ProtectionSource {
  return {
    keyPair: pem('owner.pem', owner.pairPem),
    masterKeys: [pem('master.cert', master.certificatePem)],
    encrypt: true,
    cipher: 'aes256',
    ...more,
  }
}

const ring = (...texts: string[]) =>
  new KeyRing({ sources: texts.map((text) => pem('test', text)), expectsSignatures: true })

const VARIANTS: readonly (readonly [string, Partial<FileOptions>, string])[] = [
  ['as Bareos does by default', { signature: 'MD5' }, 'aes128'],
  ['sealed records', { signature: 'XXH128' }, 'aes256gcm'],
  ['compressed', { signature: 'SHA256', compression: 'LZ4' }, 'aes256'],
  ['compressed and sealed', { signature: 'SHA512', compression: 'GZIP' }, 'aes256gcm'],
  ['as Bacula compresses', { compression: 'ZLIB' }, 'camellia256'],
  ['sparse files', { sparse: true, signature: 'SHA1' }, 'aes256gcm'],
  ['a cipher of the FileSet', { encryption: 'aes192' }, 'aes256gcm'],
]

describe('an encrypted backup', () => {
  it.each(VARIANTS)('makes the same tree again: %s', async (_name, options, cipher) => {
    const fileset = filesetOf([tree], { hardLinks: true, ...options })
    const backup = await backUp(fileset, { protection: protection({ cipher }) })
    const records = Buffer.concat(backup.batches)
    expect(records.includes(SECRET.trim())).toBe(false)
    for (const keys of [ring(owner.pairPem), ring(master.pairPem, owner.certificatePem)]) {
      const place = await newPlace()
      const restored = restoreAll(backup.batches, { where: place, keys })
      if (isRoot) expect(restored.problems).toEqual([])
      if (isRoot) expect(await compareTrees(tree, join(place, tree))).toEqual([])
    }
  })

  it('is compressed before it is encrypted', async () => {
    const options = { compression: 'LZ4' }
    const file = join(tree, 'secret.txt')
    const backup = await backUp(filesetOf([file], options), { protection: protection() })
    expect(backup.totals.bytes).toBeLessThan(100_000)
    expect(backup.totals.packedTo).toBe(backup.totals.bytes)
  })

  it('stays closed to others: a line for each file, and no file', async () => {
    const file = join(tree, 'secret.txt')
    const backup = await backUp(filesetOf([file]), { protection: protection() })
    const strangers = [undefined, ring(makeCertifiedKey('stranger').pairPem)]
    for (const keys of strangers) {
      const place = await newPlace()
      const { totals, problems } = restoreAll(backup.batches, { where: place, keys })
      expect(totals).toMatchObject({ files: 0, errors: 1 })
      expect(problems[0]?.text).toMatch(
        /secret\.txt" is not restored: its content is encrypted, and/,
      )
      expect(await readdir(join(place, scratch.path, 'tree'))).toEqual([])
    }
  })

  it('that was changed on its way is not restored as good', async () => {
    const file = join(tree, 'secret.txt')
    for (const cipher of ['aes256', 'aes256gcm']) {
      const source = protection({ cipher })
      const { batches } = await backUp(filesetOf([file], { signature: '' }), { protection: source })
      const record = batches
        .flatMap((batch) => [...recordsOf(batch)])
        .find(({ stream }) => stream === STREAM.encryptedData)
      record!.data[5_000]! ^= 1
      const place = await newPlace()
      const { totals, problems } = restoreAll(batches, { where: place, keys: ring(owner.pairPem) })
      expect(totals).toMatchObject({ files: 0, errors: 1 })
      expect(problems[0]?.text).toMatch(
        /signature that was stored with it|was changed, moved or left out/,
      )
    }
  })
})

describe('a signed backup', () => {
  it('is verified, and says what cannot be', async () => {
    const file = join(tree, 'secret.txt')
    const source = protection({ encrypt: false })
    const { batches } = await backUp(filesetOf([file], { signature: 'MD5' }), {
      protection: source,
    })
    expect(Buffer.concat(batches).includes(SECRET.trim())).toBe(true)
    const outcome = async (keys: KeyRing) => {
      const place = await newPlace()
      const { totals, problems } = restoreAll(batches, { where: place, keys })
      const content = await readFile(join(place, file), 'utf8')
      return { files: totals.files, same: content === SECRET.repeat(30_000), said: problems.length }
    }
    const good = { files: 1, same: true }
    expect(await outcome(ring(owner.certificatePem))).toEqual({ ...good, said: 0 })
    expect(await outcome(ring(master.certificatePem))).toEqual({ ...good, said: 1 })
  })

  it('misses the signature of what is not signed', async () => {
    const file = join(tree, 'secret.txt')
    const { batches } = await backUp(filesetOf([file]))
    const place = await newPlace()
    const { problems } = restoreAll(batches, { where: place, keys: ring(owner.pairPem) })
    expect(problems.map(({ text }) => text.replace(place, ''))).toEqual([
      `"${file}" is not signed: anybody may have written it`,
    ])
  })
})
