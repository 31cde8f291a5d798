import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareTrees, makePlainTree, makeScratch, noise, type Scratch } from '@coffer/test-kit'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodePath } from '@coffer/core'
import type { EstimateEvent } from '@coffer/wire'
import { backUp, filesetOf } from './backup/backup-loop.contract.ts'
import { FiledRig, type JobOutcome } from './filed-rig.contract.ts'

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let scratch: Scratch
let tree: string
let rig: FiledRig

beforeAll(async () => {
  scratch = await makeScratch('filed')
  tree = join(scratch.path, 'tree')
  await makePlainTree(tree)
  rig = await FiledRig.start(scratch.path)
})

beforeEach(() => {
  rig.onBatch = () => undefined
})

afterAll(async () => {
  await rig.stop()
  await scratch.remove()
})

function texts(outcome: JobOutcome, type: string): string[] {
  return outcome.messages.filter((message) => message.type === type).map((message) => message.text)
}

const fileset = () => filesetOf([tree], { signature: 'MD5', hardLinks: true })

describe('backup and restore', () => {
  it('go over the wire and bring the tree back', async () => {
    const backup = await rig.backup(fileset())
    expect(backup.events[0]?.event).toBe('ready')
    expect(texts(backup, 'info')[0]).toMatch(
      /^Connected Storage daemon at 127\.0\.0\.1:\d+, encryption: TLS_\w+ TLSv1\.3$/u,
    )
    expect(texts(backup, 'info')).toContain('Extended attribute support is enabled')
    expect(backup.end).toMatchObject({ status: 'T', files: 9, errors: 0, compression: '' })
    expect(backup.end?.bytes).toBe(300_668)
    const where = join(scratch.path, 'back')
    mkdirSync(where)
    const restore = await rig.restore({ where })
    expect(restore.end).toMatchObject({ status: 'T', files: 9, bytes: 300_668, errors: 0 })
    expect(await compareTrees(tree, join(where, tree))).toEqual([])
  })

  it('say how much compression saved', async () => {
    const backup = await rig.backup(filesetOf([join(tree, 'docs')], { compression: 'LZO' }))
    expect(backup.end?.compression).toBe('lz4')
    expect(backup.end?.compressionPercent).toBeGreaterThan(50)
    expect(texts(backup, 'warning')).toEqual([
      'compression LZO is read but not written: LZ4 is used instead',
    ])
  })

  it('save only what has changed since', async () => {
    const later = await rig.backup(fileset(), { sinceMs: Date.now() + 60_000 })
    expect(later.end).toMatchObject({ status: 'T', files: 0 })
    expect(rig.batches).toEqual([])
  })

  it('end with warnings when something could not be saved', async () => {
    const backup = await rig.backup(filesetOf([tree, join(tree, 'none')]))
    expect(backup.end).toMatchObject({ status: 'W', files: 9, errors: 1 })
    expect(texts(backup, 'notsaved')).toEqual([
      `Could not stat "${tree}/none": ERR=No such file or directory`,
    ])
  })

  it('end with warnings when something could not be restored', async () => {
    await rig.backup(fileset())
    const where = join(scratch.path, 'occupied')
    mkdirSync(join(where, tree, 'docs/readme.txt'), { recursive: true })
    const restore = await rig.restore({ where })
    expect(restore.end).toMatchObject({ status: 'W', files: 8, errors: 1 })
    expect(texts(restore, 'error')[0]).toContain('readme.txt" is not restored: ERR=')
  })

  it('leave out what the Messages resource leaves out, and list what it takes in', async () => {
    const directory = join(scratch.path, 'verbose')
    mkdirSync(directory)
    const verbose = await FiledRig.start(
      directory,
      'Messages { Name = Standard; Director = test-dir = restored, fatal }',
    )
    verbose.batches = [...(await backUp(fileset())).batches]
    const restore = await verbose.restore({ where: join(directory, 'r') })
    await verbose.stop()
    expect(texts(restore, 'info')).toEqual([])
    expect(texts(restore, 'restored')).toHaveLength(9)
    expect(texts(restore, 'restored').join('\n')).toMatch(/^-rw-.* {2}\/.*\/r\/.*readme\.txt$/mu)
  })
})

describe('lists on this machine', () => {
  it('name what is saved', async () => {
    const list = join(scratch.path, 'list')
    writeFileSync(list, `${tree}/docs/empty\r\n\n${tree}/data/link\n`)
    const entries = [`\\<${list}`, `\\|sh -c "echo ${tree}/docs/readme.txt"`]
    const backup = await rig.backup(filesetOf(entries))
    expect(backup.end).toMatchObject({ status: 'T', files: 3 })
  })

  it('that cannot be had end the Job', async () => {
    const missing = await rig.backup(filesetOf(['\\</no/such/list']))
    expect(missing.end?.status).toBe('f')
    expect(missing.messages.at(-1)).toMatchObject({
      type: 'fatal',
      code: 'fileset-list-unreadable',
      text: 'cannot read the list "/no/such/list": ERR=No such file or directory',
    })
    const failed = await rig.backup(filesetOf(['\\|sh -c "echo why >&2; exit 3"']))
    expect(texts(failed, 'fatal')[0]).toContain('exit code 3, why')
  })
})

describe('a Job that cannot go on', () => {
  it('for a pattern says which', async () => {
    const backup = await rig.backup(filesetOf([tree], { regex: ['a(b'] }))
    expect(backup.end?.status).toBe('f')
    expect(backup.messages.at(-1)).toMatchObject({ type: 'fatal', code: 'fileset-invalid' })
    expect(texts(backup, 'fatal')[0]).toContain('"a(b" cannot be used')
  })

  it('for a wrong key names the storage daemon', async () => {
    const storage = { ...rig.ticket, key: 'another key' }
    const backup = await rig.backup(fileset(), { storage })
    expect(backup.end?.status).toBe('f')
    expect(texts(backup, 'fatal')[0]).toContain('storage daemon "test-sd"')
    expect(backup.messages.at(-1)?.code).toBe('peer-refused')
  })

  it('for a storage daemon that is not there names it', async () => {
    const backup = await rig.backup(fileset(), { storage: { ...rig.ticket, port: 1 } })
    expect(backup.end?.status).toBe('f')
    expect(texts(backup, 'fatal')[0]).toContain('storage daemon "test-sd"')
  })

  it('for a bad place says why', async () => {
    const restore = await rig.restore({ regexWhere: '!a' })
    expect(restore.end?.status).toBe('f')
    expect(restore.messages.at(-1)?.code).toBe('relocation-invalid')
  })

  it('for records that are none says so', async () => {
    rig.batches = [Buffer.from('no records')]
    const restore = await rig.restore({ where: join(scratch.path, 'none') })
    expect(restore.end?.status).toBe('f')
    expect(restore.messages.at(-1)?.code).toBe('record-malformed')
  })
})

describe('the end in the middle', () => {
  const large = () => join(scratch.path, 'large')

  beforeAll(() => {
    mkdirSync(large())
    const content = noise(1_000_000)
    for (let i = 0; i < 60; i++) writeFileSync(join(large(), `f${i}`), content)
  })

  it('of the Director cancels a backup, and the daemon goes on', async () => {
    const stop = new AbortController()
    rig.onBatch = (count) => {
      if (count === 3) stop.abort()
    }
    const running = rig.backup(filesetOf([large()]), {}, { signal: stop.signal })
    await expect(running).rejects.toThrow()
    rig.onBatch = () => undefined
    expect((await rig.backup(fileset())).end?.status).toBe('T')
    await expect.poll(statuses, { timeout: 10_000 }).toContain('A')
  })

  it('of the storage daemon fails a backup by its name', async () => {
    const directory = join(scratch.path, 'lost')
    mkdirSync(directory)
    const lonely = await FiledRig.start(directory)
    lonely.onBatch = (count) => {
      if (count === 3) void lonely.stopStorage()
    }
    const backup = await lonely.backup(filesetOf([large()]))
    expect(backup.end?.status).toBe('f')
    expect(texts(backup, 'fatal')[0]).toContain('storage daemon "test-sd"')
    await lonely.stop()
  })

  it('of the Director cancels a restore and leaves no unfinished file', async () => {
    await rig.backup(filesetOf([large()]))
    const where = join(scratch.path, 'cancelled')
    const stop = new AbortController()
    rig.onBatch = async (count) => {
      if (count < 20) return
      stop.abort()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await expect(rig.restore({ where }, { signal: stop.signal })).rejects.toThrow()
    await expect.poll(async () => (await status()).running.length, { timeout: 10_000 }).toBe(0)
    const place = join(where, large())
    const names = existsSync(place) ? readdirSync(place) : []
    expect(names.filter((name) => name.startsWith('.coffer'))).toEqual([])
    rmSync(where, { recursive: true, force: true })
  })
})

async function status() {
  return rig.director.fileDaemon.status({})
}

async function statuses(): Promise<string[]> {
  return (await status()).terminated.map((job) => job.status)
}

describe('status', () => {
  it('tells what runs and what ran', async () => {
    let running = 0
    rig.onBatch = async () => {
      running = Math.max(running, (await status()).running.length)
    }
    await rig.backup(fileset())
    const after = await status()
    expect(running).toBe(1)
    expect(after.running).toEqual([])
    expect(after.terminated.at(-1)).toMatchObject({ job: 'Test.1', status: 'T', files: 9 })
    expect(after.terminated.length).toBeLessThanOrEqual(10)
    expect(after.daemon).toMatchObject({ name: 'test-fd', jobsRunning: 0 })
    expect(after.director).toBe('test-dir')
  })

  it('is all that a monitor may ask for', async () => {
    const watcher = rig.dialFiled('director', 'watcher')
    expect((await watcher.fileDaemon.status({})).daemon?.name).toBe('test-fd')
    const call = watcher.fileDaemon.backup()
    await expect(call.receive()).rejects.toThrow('may only ask for the status')
    watcher.close()
  })
})

describe('several Jobs at once', () => {
  it('do not disturb each other', async () => {
    const many = await Promise.all(
      Array.from({ length: 5 }, () => backUp(fileset(), { readers: 2 })),
    )
    for (const { totals } of many) expect(totals).toMatchObject({ files: 9, bytes: 300_668 })
  })
})

describe('estimate', () => {
  async function ask(more: object): Promise<EstimateEvent[]> {
    const events: EstimateEvent[] = []
    const request = { fileset: fileset(), ...more }
    for await (const event of rig.director.fileDaemon.estimate(request)) events.push(event)
    return events
  }

  it('counts what would be saved', async () => {
    expect(await ask({})).toEqual([{ event: 'total', total: { files: 9, bytes: 300_668 } }])
    const later = await ask({ sinceMs: Date.now() + 60_000 })
    expect(later).toEqual([{ event: 'total', total: { files: 0, bytes: 0 } }])
  })

  it('lists it when asked', async () => {
    const events = await ask({ listing: true })
    const lines = events.flatMap((event) =>
      event.event === 'line' ? [decodePath(event.line.text)] : [],
    )
    expect(lines).toHaveLength(9)
    expect(lines.find((line) => line.endsWith('/tree/docs/readme.txt'))).toMatch(
      /^-rw-r--r-- {3}1 \S+ +\S+ +650 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\/.*docs\/readme\.txt$/u,
    )
    expect(lines.at(-1)?.endsWith(tree)).toBe(true)
  })

  it('of a bad FileSet says why', async () => {
    const bad = filesetOf([tree], { regex: ['('] })
    await expect(ask({ fileset: bad })).rejects.toMatchObject({ code: 'fileset-invalid' })
  })
})
