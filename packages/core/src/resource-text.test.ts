import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatFault } from './config-fault.ts'
import { type IncludeReader } from './resource-scanner.ts'
import {
  type ItemNode,
  parseResourceText,
  quoteText,
  valueList,
  valueSource,
  valueText,
} from './resource-text.ts'

const NOTHING: IncludeReader = () => ({ error: 'nothing can be included' })

function parse(text: string, read: IncludeReader = NOTHING) {
  return parseResourceText([{ file: 'test.conf', text }], read)
}

/** The tree as nested arrays: a block is [name, items], a directive "name=value". */
function shape(items: readonly ItemNode[]): unknown[] {
  return items.map((item) =>
    item.kind === 'block' ? [item.name, shape(item.items)] : `${item.name}=${valueText(item)}`,
  )
}

function parsed(text: string, read?: IncludeReader): unknown[] {
  const { items, faults } = parse(text, read)
  expect(faults.map(formatFault)).toEqual([])
  return shape(items)
}

function faultsOf(text: string, read?: IncludeReader): string[] {
  return parse(text, read).faults.map((fault) => `${fault.line}:${fault.column}: ${fault.message}`)
}

describe('a sound text', () => {
  test('has blocks with directives, one in a line or several', () => {
    const text = `
      Director { Name = a; Port = 9101
        Working Directory = /var/lib }
      Client{Name=b}`
    expect(parsed(text)).toEqual([
      ['Director', ['Name=a', 'Port=9101', 'Working Directory=/var/lib']],
      ['Client', ['Name=b']],
    ])
  })

  test('nests blocks, with "=" before the brace or without, or the brace on the next line', () => {
    const text = `FileSet
      {
        Include { Options { signature = MD5 } File = /etc; File = "/my files" }
        Addresses = { ip = { addr = ::1; port = 1 } }
        Other =
          { a = b }
      }`
    expect(parsed(text)).toEqual([
      [
        'FileSet',
        [
          ['Include', [['Options', ['signature=MD5']], 'File=/etc', 'File=/my files']],
          ['Addresses', [['ip', ['addr=::1', 'port=1']]]],
          ['Other', ['a=b'].map((item) => item)],
        ],
      ],
    ])
  })

  test('compares names without case and spaces', () => {
    const [block] = parse('JOB { maximum Concurrent\tJobs = 3 }').items
    expect(block).toMatchObject({ key: 'job', items: [{ key: 'maximumconcurrentjobs' }] })
  })

  test('has comments from "#" to the end of the line', () => {
    expect(parsed('# one\nA { # two\n x = 1 # three\n y = "a # b"\n}# four')).toEqual([
      ['A', ['x=1', 'y=a # b']],
    ])
  })

  test('takes backslashes literally in words and as escapes in quotes', () => {
    const text = String.raw`A { x = C:\dir\file; y = "a \"b\" \\ \c"; z = "\\</list" }`
    expect(parsed(text)).toEqual([
      ['A', [String.raw`x=C:\dir\file`, String.raw`y=a "b" \ c`, String.raw`z=\</list`]],
    ])
  })

  test('joins quoted strings on following lines, comments between them or not', () => {
    const text = 'A { x = "one "\n   "two " # and\n\n  "three"\n y = "sep" }'
    expect(parsed(text)).toEqual([['A', ['x=one two three', 'y=sep']]])
  })

  test('leaves line ends inside quotes out', () => {
    expect(parsed('A { x = "one\ntwo\r\nthree" }')).toEqual([['A', ['x=onetwothree']]])
  })

  test('keeps several words of a value as they were spaced', () => {
    expect(parsed('A { Run = Level=Full Pool="My Pool" 1st sat at 21:00 }')).toEqual([
      ['A', ['Run=Level=Full Pool=My Pool 1st sat at 21:00']],
    ])
  })

  test('goes on after a comma at the end of a line', () => {
    const [block] = parse('A { ACL = a, "b c",\n  !d, *all* }').items
    const [directive] = block?.kind === 'block' ? block.items : []
    expect(directive?.kind).toBe('directive')
    const parts = directive?.kind === 'directive' ? valueList(directive) : []
    expect(parts.map((part) => part.text)).toEqual(['a', 'b c', '!d', '*all*'])
    expect(parts[2]?.at).toMatchObject({ line: 2, column: 3 })
  })

  test('may begin with a byte order mark and end its lines with CR LF', () => {
    expect(parsed('\ufeffA {\r\n  x = 1\r\n}\r\n')).toEqual([['A', ['x=1']]])
  })

  test('has the place of every name and value', () => {
    const [block] = parse('\n  Job {\n\tName =  nightly }').items
    expect(block?.at).toEqual({ file: 'test.conf', line: 2, column: 3 })
    const [name] = block?.kind === 'block' ? block.items : []
    expect(name).toMatchObject({
      at: { line: 3, column: 2 },
      valueAt: { line: 3, column: 10 },
    })
  })

  test('warns of a "#" that cuts a word', () => {
    const { items, warnings } = parse('A { Password = abc#def\n }')
    expect(shape(items)).toEqual([['A', ['Password=abc']]])
    expect(warnings).toMatchObject([{ line: 1, column: 19 }])
  })
})

describe('inclusion', () => {
  const files: Record<string, string> = {
    'x.conf': 'x = 1',
    'both.conf': 'x = 1\ny = 2',
    'open.conf': 'B { inner = 1',
    secret: 'hunter2\n',
    list: 'File = /a\nFile = /b',
    nested: '@x.conf\nz = 3',
    loop: '@loop',
  }
  const read: IncludeReader = ({ kind, target }) => {
    if (kind === 'command') return [{ file: 'command', text: `ran = "${target}"` }]
    if (target === 'many')
      return [files['x.conf'] ?? '', 'y = 2'].map((text, i) => ({ file: `m${i}`, text }))
    const text = files[target]
    return text === undefined ? { error: `"${target}" does not exist` } : [{ file: target, text }]
  }

  test('puts the items of a file in place', () => {
    expect(parsed('A { a = 0; @x.conf\n b = 2 }', read)).toEqual([['A', ['a=0', 'x=1', 'b=2']]])
    expect(parsed('A { @"x.conf"; b = 2 }', read)).toEqual([['A', ['x=1', 'b=2']]])
    expect(parsed('A { @nested }', read)).toEqual([['A', ['x=1', 'z=3']]])
    expect(parsed('A { Include { @list\n } }', read)).toEqual([
      ['A', [['Include', ['File=/a', 'File=/b']]]],
    ])
  })

  test('puts several files in place in their order', () => {
    expect(parsed('A { @many\n }', read)).toEqual([['A', ['x=1', 'y=2']]])
  })

  test('puts what a command prints in place', () => {
    expect(parsed('A { @|"sh -c \'echo 1\'"\n }', read)).toEqual([['A', ["ran=sh -c 'echo 1'"]]])
    expect(parsed('A { @|cat /etc/x\n b = 1 }', read)).toEqual([['A', ['ran=cat /etc/x', 'b=1']]])
  })

  test('can give a value, and blocks may span files', () => {
    expect(parsed('A { Password = @secret\n b = 2 }', read)).toEqual([
      ['A', ['Password=hunter2', 'b=2']],
    ])
    expect(parsed('A { @open.conf\n more = 2 } }', read)).toEqual([
      ['A', [['B', ['inner=1', 'more=2']]]],
    ])
  })

  test('leaves an at sign inside a word or later in a value alone', () => {
    expect(parsed('A { mail = me@example.org = all }', read)).toEqual([
      ['A', ['mail=me@example.org = all']],
    ])
  })

  test('reports what cannot be included at its place', () => {
    expect(faultsOf('A {\n @missing\n x = 1 }', read)).toEqual(['2:2: "missing" does not exist'])
    expect(faultsOf('@loop', read)).toEqual(['1:1: "loop" includes itself'])
    expect(faultsOf('A { @ }', read)).toEqual(['1:5: nothing is named after "@"'])
  })
})

describe('faults', () => {
  test('all of a text are found at once', () => {
    const text = `Job {
      Name nightly
      Priority = 5; = 7
      Type = ; Level = Full
      } }
      Client { Name = x`
    expect(faultsOf(text)).toEqual([
      '2:7: "Name nightly" is followed by neither "=" nor "{"',
      '3:21: a name is expected before "="',
      '4:14: "Type" has no value',
      '5:9: "}" closes nothing',
      '6:7: block "Client" is not closed',
    ])
  })

  test('a string that is not closed costs its line only', () => {
    const { items, faults } = parse('A {\n Name = "abc\n Address = "x"\n Port = 1\n}')
    expect(faults).toMatchObject([{ line: 2, column: 9 }])
    expect(shape(items)).toEqual([['A', ['Name=abc', 'Address=x', 'Port=1']]])
    expect(faultsOf('A { Name = "abc\n }')).toHaveLength(1)
  })

  test('braces in a value must be quoted', () => {
    expect(faultsOf('A { Label Format = ${Year}-x\n b = 1 }')).toEqual([
      '1:21: a "{" inside a value',
    ])
  })

  test('a file that is no text is one fault', () => {
    expect(faultsOf('A {\0 }')).toHaveLength(1)
  })

  test('too deep a nesting is a fault, not an overflow', () => {
    expect(faultsOf('a { '.repeat(100_000))[0]).toContain('nested more than 16 deep')
    expect(faultsOf('a = x { '.repeat(100_000))[0]).toContain('"{" inside a value')
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '=',
      ';',
      ',',
      '#',
      '"',
      '\\',
      '@',
      '|',
      '\n',
      ' ',
      'Name',
      'x1',
      '\u2003',
      '\r',
      'é',
    ],
  )

  test('comes to an end, and every fault has a place in it', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        const text = pieces.join('')
        const { faults } = parse(text)
        const lines = text.split('\n').length
        for (const fault of faults) {
          expect(fault.line).toBeGreaterThanOrEqual(1)
          expect(fault.line).toBeLessThanOrEqual(lines + 1)
          expect(fault.column).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('a quoted text is read back as it was', () => {
    const printable = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/u.test(text))
    fc.assert(
      fc.property(printable, (text) => {
        expect(parsed(`A { x = ${quoteText(text)} }`)).toEqual([['A', [`x=${text}`]]])
      }),
    )
  })

  test('a value written again is read as the same value', () => {
    const { items } = parse('A { Run = Level = "a \\" b" x,y  "c" }')
    const [first] = items[0]?.kind === 'block' ? items[0].items : []
    if (first?.kind !== 'directive') throw new Error('no directive')
    const again = parse(`A { Run = ${valueSource(first)} }`).items
    expect(shape(again)).toEqual(shape(items))
  })
})
