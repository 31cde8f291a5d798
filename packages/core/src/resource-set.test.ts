import { describe, expect, expectTypeOf, test } from 'vitest'
import { listenAddresses, listenRows } from './address-directives.ts'
import { blocks } from './directive-blocks.ts'
import {
  count,
  duration,
  keyword,
  name,
  password,
  path,
  port,
  reference,
  references,
  size,
  speed,
  text,
  textList,
  texts,
  yesNo,
} from './directive-values.ts'
import { propertyName, type ResourceOf, resourceType } from './directive.ts'
import { ResourceSet } from './resource-set.ts'
import { parseResourceText } from './resource-text.ts'
import { type Secret } from './secret.ts'
import { showResourceOf } from './show-resource.ts'

const poolType = resourceType({
  name: 'Pool',
  about: 'p',
  rows: { Name: name({ required: true, about: 'n' }) },
})
const thingType = resourceType({
  name: 'Thing',
  about: 't',
  aliases: ['Ding'],
  rows: {
    Name: name({ required: true, about: 'n' }),
    Description: text({ about: 'd' }),
    ...listenRows('DIR', 9101),
    'Maximum Concurrent Jobs': count({ default: 1, least: 1, about: 'c' }),
    'TLS CA Certificate File': path({ about: 'p' }),
    Password: password({ required: true, about: 'p' }),
    Enabled: yesNo({ default: true, about: 'y' }),
    Bytes: size({ about: 's' }),
    Speed: speed({ default: 0, status: 'inactive', inert: 0, about: 's' }),
    Retention: duration({ default: 60, about: 'd' }),
    'Old Port': port({ default: 1, status: 'deprecated', about: 'p' }),
    Color: keyword({ Red: 'r', DarkBlue: 'b' }, { default: 'r', aliases: ['Colour'], about: 'k' }),
    Run: texts({ about: 't' }),
    'Job ACL': textList({ about: 'l' }),
    Pool: reference('Pool', { about: 'r' }),
    Pools: references('Pool', { about: 'r' }),
    Include: blocks(
      'Include',
      { File: texts({ about: 'f' }), Deep: yesNo({ default: false, about: 'd' }) },
      { about: 'i' },
    ),
  },
})
type Thing = ResourceOf<typeof thingType>

const MINIMUM = 'Name = a; Password = "x"'

function read(source: string) {
  const parsed = parseResourceText([{ file: 't.conf', text: source }])
  const set = new ResourceSet([thingType, poolType], parsed, {
    md5Hex: (clear) => `md5(${clear})`,
    env: { HOME: '/home/me', DATA: '/data' },
  })
  const things = set.resources(thingType)
  const { faults, warnings } = set.report()
  const brief = (list: typeof faults) =>
    list.map((fault) => `${fault.line}:${fault.column}: ${fault.message}`)
  return {
    thing: things.get('a'),
    things,
    faults: brief(faults),
    hints: faults.map((f) => f.hint),
    warnings: brief(warnings),
  }
}

function thingOf(directives: string): Thing {
  const { thing, faults } = read(
    `Thing { ${MINIMUM}; ${directives} }\nPool { Name = p }\nPool { Name = q }`,
  )
  expect(faults).toEqual([])
  if (thing === undefined) throw new Error('no thing')
  return thing
}

describe('the type of a resource', () => {
  test('comes from its rows', () => {
    expectTypeOf<Thing['maximumConcurrentJobs']>().toEqualTypeOf<number>()
    expectTypeOf<Thing['bytes']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Thing['password']>().toEqualTypeOf<Secret>()
    expectTypeOf<Thing['tlsCaCertificateFile']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Thing['color']>().toEqualTypeOf<'r' | 'b'>()
    expectTypeOf<Thing['jobAcl']>().toEqualTypeOf<readonly string[]>()
    expectTypeOf<Thing['resourceType']>().toEqualTypeOf<'Thing'>()
    expectTypeOf<Thing['include'][number]['deep']>().toEqualTypeOf<boolean>()
  })

  test('has properties named as the directives', () => {
    expect(propertyName('TLS CA Certificate File')).toBe('tlsCaCertificateFile')
    expect(propertyName('Name')).toBe('name')
  })
})

describe('values', () => {
  test('are those that were given, others the defaults', () => {
    const thing = thingOf(
      'maximumconcurrentjobs = 5; Colour = darkblue; Description = some words here',
    )
    expect(thing).toMatchObject({
      resourceType: 'Thing',
      source: { file: 't.conf', line: 1, column: 1 },
      maximumConcurrentJobs: 5,
      color: 'b',
      description: 'some words here',
      enabled: true,
      retention: 60,
      run: [],
    })
    expect(thing.bytes).toBeUndefined()
  })

  test('of repeatable directives add up', () => {
    const thing = thingOf(
      'Run = one; Run = "two, three"; Job ACL = a, b; Job ACL = "c d"; Pools = p, q',
    )
    expect(thing.run).toEqual(['one', 'two, three'])
    expect(thing.jobAcl).toEqual(['a', 'b', 'c d'])
    expect(thing.pools).toEqual(['p', 'q'])
  })

  test('of passwords are their MD5, or the MD5 that was written', () => {
    const hex = '0123456789ABCDEF0123456789abcdef'
    expect(thingOf('').password.reveal()).toBe('md5(x)')
    expect(read(`Thing { Name = a; Password = "[md5]${hex}" }`).thing?.password.reveal()).toBe(
      hex.toLowerCase(),
    )
    expect(read('Thing { Name = a; Password = "[md5]12" }').faults).toEqual(
      [
        '1:30: "Password" begins with [md5] but no 32 hex digits follow',
        '1:1: Thing "a" needs the directive "Password"',
      ].sort(),
    )
  })

  test('of paths know the home and the environment', () => {
    expect(thingOf('TLS CA Certificate File = ~/ca.pem').tlsCaCertificateFile).toBe(
      '/home/me/ca.pem',
    )
    expect(thingOf('TLS CA Certificate File = "${DATA}/$DATA/$NOPE/a~"').tlsCaCertificateFile).toBe(
      '/data//data/$NOPE/a~',
    )
  })

  test('of addresses say where to listen', () => {
    expect(listenAddresses(thingOf(''))).toEqual([{ host: '::', port: 9101 }])
    expect(listenAddresses(thingOf('DirAddress = 127.0.0.1; DirPort = 7'))).toEqual([
      { host: '127.0.0.1', port: 7 },
    ])
    const block =
      'Addresses = { ipv4 = { port = 1 } ip = { addr = host; port = 2 } ipv6 = { addr = ::1 } }'
    expect(listenAddresses(thingOf(block))).toEqual([
      { host: '0.0.0.0', port: 1 },
      { host: 'host', port: 2 },
      { host: '::1', port: 9101 },
    ])
  })
})

describe('faults', () => {
  test('of values say what was expected, all at once', () => {
    const { faults, hints } = read(`Thing { ${MINIMUM}
      Enabled = perhaps
      Bytes = 10 xb
      Maximum Concurrent Jobs = 0
      DirPort = 70000
      Color = Reed
      Retention = soon
      Include = x
      Addresses = { ipv5 = { } ipv4 = { addr = 1; port = a } }
      Run { }
      Name = "a{b"
    }`)
    expect(faults).toEqual([
      '2:17: "Enabled" must be yes or no, not "perhaps"',
      '3:15: "Bytes" must be a size such as "10 gb", not "10 xb"',
      '4:33: "Maximum Concurrent Jobs" must be a whole number from 1 to 2147483647, not "0"',
      '5:17: "DirPort" must be a whole number from 1 to 65535, not "70000"',
      '6:15: "Color" cannot be "Reed"',
      '7:19: "Retention" must be a time such as "3 days 2 hours", not "soon"',
      '8:7: "Include" must be followed by a block',
      '9:21: "ipv5" is no address family',
      '9:58: "port" must be a number from 1 to 65535, not "a"',
      '10:7: "Run" takes a value, not a block',
      '11:14: "Name" must be a name of 1 to 127 plain characters, not "a{b"',
    ])
    expect(hints[4]).toBe('Did you mean "Red"?')
  })

  test('of names offer the nearest one', () => {
    const { faults, hints } = read(`Thing { ${MINIMUM}; Enabeld = yes }\nThings { }\nWolf { }`)
    expect(faults).toEqual([
      '1:35: Thing "a" has no directive "Enabeld"',
      '2:1: there is no resource type "Things"',
      '3:1: there is no resource type "Wolf"',
    ])
    expect(hints).toEqual(['Did you mean "Enabled"?', 'Did you mean "Thing"?', undefined])
  })

  test('of whole resources', () => {
    expect(read('Thing { }').faults).toEqual([
      '1:1: Thing needs the directive "Name"',
      '1:1: Thing needs the directive "Password"',
    ])
    expect(read(`Thing { ${MINIMUM} }\nDing { ${MINIMUM} }`).faults).toEqual([
      '2:1: Thing "a" is defined twice, first at t.conf:1',
    ])
    expect(read('Thing = x').faults).toEqual([
      '1:1: "Thing" at top level must be followed by a block',
    ])
  })

  test('of references to what is not defined', () => {
    const { faults, hints } = read(
      `Thing { ${MINIMUM}; Pool = pl; Pools = p, nowhere }\nPool { Name = p }`,
    )
    expect(faults).toEqual([
      '1:35: "Pool" of Thing "a" refers to the Pool "pl", which is not defined',
      '1:46: "Pools" of Thing "a" refers to the Pool "nowhere", which is not defined',
    ])
    expect(hints[0]).toBe('Did you mean "p"?')
  })
})

describe('warnings', () => {
  test('name directives that are not acted on, unless they ask for nothing', () => {
    const { warnings, faults } = read(`Thing { ${MINIMUM}; Speed = 1 mb/s; Old Port = 5 }`)
    expect(faults).toEqual([])
    expect(warnings).toEqual([
      '1:35: "Speed" of Thing "a" is not acted on',
      '1:51: "Old Port" of Thing "a" is deprecated and not acted on',
    ])
    expect(read(`Thing { ${MINIMUM}; Speed = 0 }`).warnings).toEqual([])
  })

  test('name a directive that replaces an earlier one', () => {
    const { thing, warnings } = read(`Thing { ${MINIMUM}; Enabled = no; Enabled = yes }`)
    expect(thing?.enabled).toBe(true)
    expect(warnings).toEqual(['1:49: "Enabled" is given twice, only this one counts'])
  })
})

describe('a resource shown', () => {
  const given = `Maximum Concurrent Jobs = 3; Bytes = 1 g; Color = DarkBlue; Run = a; Run = "b \\"c\\""
    Job ACL = x, y; Pools = p; Retention = 1 day 1 sec
    Addresses = { ipv4 = { addr = 1.2.3.4; port = 5 } }
    Include { File = /a; File = "/b c"; Deep = yes } Include { File = /c }`

  test('has what differs from the defaults, and no password', () => {
    expect(showResourceOf(thingType, thingOf(given))).toBe(`Thing {
  Name = "a"
  Addresses = {
    ipv4 = {
      addr = "1.2.3.4"
      port = 5
    }
  }
  MaximumConcurrentJobs = 3
  Password = "***"
  Bytes = 1 g
  Retention = 1 day 1 sec
  Color = DarkBlue
  Run = "a"
  Run = "b \\"c\\""
  JobAcl = "x"
  JobAcl = "y"
  Pool = ""
  Pools = "p"
  Include {
    File = "/a"
    File = "/b c"
    Deep = Yes
  }
  Include {
    File = "/c"
  }
}
`)
  })

  test('is read back as the same resource', () => {
    const first = thingOf(given)
    const shown = showResourceOf(thingType, first, { verbose: true }).replace('Pool = ""\n', '')
    const again = read(`${shown}\nPool { Name = p }`)
    expect(again.faults).toEqual([])
    const { password: _secret, ...values } = first
    expect(again.thing).toMatchObject(values)
  })
})
