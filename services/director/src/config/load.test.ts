import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LoadResult } from '@coffer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DirectorConfig, loadDirectorConfig } from './load.ts'
import { showResource } from './show.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'director-config-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

async function load(text: string): Promise<LoadResult<DirectorConfig>> {
  const file = join(root, 'director.conf')
  await writeFile(file, text)
  return loadDirectorConfig(root, {})
}

async function config(text: string): Promise<DirectorConfig> {
  const result = await load(text)
  expect(result.faults).toEqual([])
  if (result.config === undefined) throw new Error('no configuration')
  return result.config
}

async function faultsOf(text: string): Promise<string[]> {
  const { faults, config: given } = await load(text)
  expect(given).toBeUndefined()
  return faults.map((fault) => `${fault.line}:${fault.column}: ${fault.message}`)
}

interface Resource {
  readonly resourceType: string
}

const BASE = `Director { Name = dir; Password = x; Messages = Standard }
Messages { Name = Standard; console = all }
Catalog { Name = Cat }
Client { Name = fd; Address = localhost; Password = x; Catalog = Cat }
Storage { Name = File; Address = localhost; Password = x; Device = Dev; Media Type = File }
Pool { Name = Full }
Pool { Name = Inc; Storage = File }
FileSet { Name = Set; Include { Options { Signature = MD5; Compression = gzip } File = /etc } Exclude { File = /tmp } }
Schedule { Name = Night; Run = Full 1st sat at 21:00 }
`

describe('a Job', () => {
  test('has from its JobDefs what it does not say itself', async () => {
    const { jobs, jobDefs } = await config(`${BASE}
      JobDefs { Name = Base; Type = Backup; Level = Incremental; Client = fd; FileSet = Set; Pool = Full
        Storage = File; Messages = Standard; Priority = 7; Description = template }
      Job { Name = one; JobDefs = Base }
      Job { Name = two; JobDefs = Base; Priority = 3; Level = Full; Enabled = no }`)
    expect(jobs.get('one')).toMatchObject({
      name: 'one',
      type: 'B',
      level: 'I',
      client: 'fd',
      storage: ['File'],
      priority: 7,
      enabled: true,
      description: undefined,
    })
    expect(jobs.get('two')).toMatchObject({ priority: 3, level: 'F', enabled: false, pool: 'Full' })
    expect(jobDefs.get('Base')).toMatchObject({ priority: 7, name: 'Base' })
  })

  test('has what the JobDefs of its JobDefs says', async () => {
    const { jobs } = await config(`${BASE}
      JobDefs { Name = A; Type = Backup; Client = fd; FileSet = Set; Pool = Inc; Priority = 5 }
      JobDefs { Name = B; JobDefs = A; Messages = Standard; Priority = 6 }
      Job { Name = j; JobDefs = B }`)
    expect(jobs.get('j')).toMatchObject({ priority: 6, messages: 'Standard', client: 'fd' })
  })

  test('runs its own scripts besides those of its JobDefs, in all their forms', async () => {
    const { jobs } = await config(`${BASE}
      JobDefs { Name = A; Type = Backup; Client = fd; FileSet = Set; Pool = Inc; Messages = Standard
        Run Before Job = "prepare"
        RunScript { Runs When = After; Runs On Failure = yes; Runs On Client = no; Command = one; Command = two } }
      Job { Name = j; JobDefs = A
        RunScript { Runs When = before; Console = "reload"; Fail Job On Error = no }
        Client Run After Job = "thaw"; Run After Failed Job = "alarm" }`)
    const brief = jobs
      .get('j')
      ?.runScripts.map((script) => [
        script.kind,
        script.command,
        script.runsWhen,
        script.runsOnClient,
        script.runsOnSuccess,
        script.runsOnFailure,
        script.failJobOnError,
      ])
    expect(brief).toEqual([
      ['command', 'prepare', 'before', false, true, false, true],
      ['command', 'one', 'after', false, true, true, true],
      ['command', 'two', 'after', false, true, true, true],
      ['console', 'reload', 'before', false, true, false, false],
      ['command', 'thaw', 'after', true, true, false, false],
      ['command', 'alarm', 'after', false, false, true, false],
    ])
  })

  test('needs what its type needs, wherever it has it from', async () => {
    const { jobs } = await config(`${BASE}
      Job { Name = pooled; Type = Backup; Client = fd; FileSet = Set; Pool = Inc; Messages = Standard }
      Job { Name = admin; Type = Admin; Pool = Full; Messages = Standard }`)
    expect(jobs.size).toBe(2)
    expect(
      await faultsOf(`${BASE}Job { Name = j; Type = Backup; Pool = Full }
Job { Name = k; Type = Copy }
Job { Name = l }`),
    ).toEqual([
      '10:1: Job "j" needs the directive "Messages"',
      '10:1: Job "j" needs the directive "Client"',
      '10:1: Job "j" needs the directive "FileSet"',
      '10:1: Job "j" needs the directive "Storage"',
      '11:1: Job "k" needs the directive "Messages"',
      '11:1: Job "k" needs the directive "Pool"',
      '12:1: Job "l" needs the directive "Type"',
      '12:1: Job "l" needs the directive "Messages"',
      '12:1: Job "l" needs the directive "Pool"',
      '12:1: Job "l" needs the directive "Client"',
      '12:1: Job "l" needs the directive "FileSet"',
      '12:1: Job "l" needs the directive "Storage"',
    ])
  })

  test('reports a fault of a JobDefs once, not for every Job', async () => {
    expect(
      await faultsOf(`${BASE}
JobDefs { Name = A; Type = Backup; Client = nobody; FileSet = Set; Pool = Inc; Messages = Standard; JobDefs = A }
Job { Name = j; JobDefs = A }
Job { Name = k; JobDefs = A }`),
    ).toEqual([
      '11:1: JobDefs "A" refers to itself',
      '11:36: "Client" of JobDefs "A" refers to the Client "nobody", which is not defined',
    ])
  })
})

describe('a configuration', () => {
  test('has all its faults found at once, in their order', async () => {
    const { faults } = await load(`Director { Name = dir; Messages = Standart; Pasword = x }
Messages { Name = Standard; console = all }
Schedule { Name = s; Run = Full 1st sat 21:00; Run = Full Pool=Nowhere sat at 21:00 }
FileSet { Name = f; Include { Options { Compression = GZIP10; Size = big; Signature = MD6 } } }
Jobb { Name = x }
Pool { Name = p; Next Pool = q }
Pool { Name = p`)
    expect(
      faults.map(({ line, column, message, hint }) => [`${line}:${column}`, message, hint]),
    ).toEqual([
      ['1:1', 'Director "dir" needs the directive "Password"', undefined],
      [
        '1:24',
        '"Messages" of Director "dir" refers to the Messages "Standart", which is not defined',
        'Did you mean "Standard"?',
      ],
      ['1:45', 'Director "dir" has no directive "Pasword"', 'Did you mean "Password"?'],
      [
        '3:1',
        '"Run" of Schedule "s" refers to the Pool "Nowhere", which is not defined',
        undefined,
      ],
      [
        '3:28',
        '"21:00" is no day, week, month, level or time',
        'A line such as "Level=Full 1st sat at 21:00" is expected.',
      ],
      ['4:55', expect.stringContaining('"Compression" must be GZIP,'), undefined],
      ['4:70', expect.stringContaining('"Size" must be a size such as'), undefined],
      ['4:87', '"Signature" cannot be "MD6"', 'Did you mean "MD5"?'],
      ['5:1', 'there is no resource type "Jobb"', 'Did you mean "Job"?'],
      [
        '6:18',
        '"Next Pool" of Pool "p" refers to the Pool "q", which is not defined',
        'Did you mean "p"?',
      ],
      ['7:1', 'block "Pool" is not closed', 'A "}" is missing.'],
      ['7:1', expect.stringContaining('Pool "p" is defined twice, first at '), undefined],
    ])
  })

  test('needs one Director', async () => {
    expect(await faultsOf('Pool { Name = p }')).toEqual(['1:1: a Director resource is missing'])
    expect(
      await faultsOf(`${BASE}Director { Name = two; Password = x; Messages = Standard }`),
    ).toEqual(['10:1: there must be one Director resource only'])
  })

  test('gives FileSets in the form of the wire', async () => {
    const { filesets } = await config(BASE)
    expect(filesets.get('Set')?.includes).toMatchObject([
      {
        files: ['/etc'],
        plugins: [],
        options: [
          {
            signature: 'MD5',
            compression: 'GZIP',
            compressionLevel: 6,
            oneFs: true,
            recurse: true,
          },
        ],
      },
    ])
    expect(filesets.get('Set')?.excludes).toEqual(['/tmp'])
  })

  test.each([
    ['<10 g', { kind: 'smaller', begin: 10 * 1024 ** 3, end: 10 * 1024 ** 3 }],
    ['>1m', { kind: 'greater', begin: 1024 ** 2, end: 1024 ** 2 }],
    ['1kb-2kb', { kind: 'range', begin: 1000, end: 2000 }],
    ['10kb', { kind: 'approximate', begin: 9900, end: 10_100 }],
  ])('reads Size = "%s"', async (size, match) => {
    const { filesets } = await config(
      `${BASE}FileSet { Name = sized; Include { Options { Size = "${size}" } File = / } }`,
    )
    expect(filesets.get('sized')?.includes[0]?.options[0]?.size).toEqual(match)
  })
})

describe('a resource shown', () => {
  test('looks as at Bareos, with its password masked', async () => {
    const { jobs, pools, filesets, clients, schedules, messages } = await config(`${BASE}
      Pool { Name = md5; Label Format = "md5-"; Maximum Volume Jobs = 1; Volume Retention = 10 years }
      FileSet { Name = gzip; Include { Options { signature = SHA256; compression = GZIP6 } File = /srv/sample } }
      Job { Name = nightly; Type = Backup; Level = Incremental; Client = fd; Storage = File; Pool = md5
        Messages = Standard; FileSet = gzip; Schedule = Night; Write Bootstrap = "/var/lib/nightly.bsr" }
      Messages { Name = M; append = "/var/log/x" = all, !skipped, !saved, !audit; console = all, !audit }`)
    expect(showResource(jobs.get('nightly') ?? { resourceType: '' })).toBe(`Job {
  Name = "nightly"
  Type = Backup
  Level = Incremental
  Messages = "Standard"
  Storage = "File"
  Pool = "md5"
  FullBackupPool = ""
  VirtualFullBackupPool = ""
  IncrementalBackupPool = ""
  DifferentialBackupPool = ""
  NextPool = ""
  Client = "fd"
  FileSet = "gzip"
  Schedule = "Night"
  JobToVerify = ""
  Catalog = ""
  JobDefs = ""
  WriteBootstrap = "/var/lib/nightly.bsr"
}
`)
    expect(showResource(pools.get('md5') ?? { resourceType: '' })).toBe(`Pool {
  Name = "md5"
  LabelFormat = "md5-"
  LabelType = "bareos"
  ActionOnPurge = None
  MaximumVolumeJobs = 1
  VolumeRetention = 10 years
  NextPool = ""
  RecyclePool = ""
  ScratchPool = ""
  Catalog = ""
}
`)
    expect(showResource(filesets.get('gzip') ?? { resourceType: '' })).toBe(`FileSet {
  Name = "gzip"
  Include {
    Options {
      Signature = "SHA256"
      Compression = "GZIP6"
      HardLinks = No
      AclSupport = Yes
      XattrSupport = Yes
    }
    File = "/srv/sample"
  }
}
`)
    expect(showResource(clients.get('fd') ?? { resourceType: '' })).toBe(
      'Client {\n  Name = "fd"\n  Address = "localhost"\n  Password = "***"\n  Catalog = "Cat"\n}\n',
    )
    expect(showResource(schedules.get('Night') ?? { resourceType: '' })).toBe(
      'Schedule {\n  Name = "Night"\n  Run = Full 1st Sat at 21:00\n}\n',
    )
    expect(showResource(messages.get('M') ?? { resourceType: '' })).toBe(
      'Messages {\n  Name = "M"\n  append = /var/log/x = all,!saved,!skipped,!audit\n  console = all,!audit\n}\n',
    )
    expect(showResource({ resourceType: 'Nothing' })).toBe('')
  })

  test('is a configuration again, whatever it holds', async () => {
    const first = await config(BASE)
    const shown = (given: DirectorConfig): string =>
      (Object.values(given) as (Resource | Map<string, Resource>)[])
        .flatMap((part) => (part instanceof Map ? [...part.values()] : [part]))
        .map((resource) => showResource(resource, { verbose: true }))
        .join('')
    const text = shown(first).replaceAll(/^ *\w+ = ""\n/gmu, '')
    expect(shown(await config(text)).replaceAll(/^ *\w+ = ""\n/gmu, '')).toBe(text)
  })
})
