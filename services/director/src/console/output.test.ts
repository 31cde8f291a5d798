import { expect, test } from 'vitest'
import { makeJsonOutput, makeTextOutput, type Output, type RowSet } from './output.ts'

function collect(make: (write: (text: string) => Promise<void>) => Output): {
  readonly output: Output
  readonly text: () => string
} {
  let text = ''
  const output = make(async (chunk) => {
    text += chunk
  })
  return { output, text: () => text }
}

const POOLS: RowSet = {
  columns: [
    { name: 'poolid', kind: 'number' },
    { name: 'name', kind: 'text' },
  ],
  rows: [
    [1, 'Full'],
    [2000, 'Scratch'],
  ],
}

test('one result prints as a table and as JSON', async () => {
  const forPeople = collect((write) => makeTextOutput(write))
  const forPrograms = collect((write) => makeJsonOutput(write, { isCompact: false }))
  for (const { output } of [forPeople, forPrograms]) {
    await output.text('Using Catalog "MyCatalog"\n')
    expect(await output.table('pools', POOLS, { style: 'table' })).toBe(2)
    await output.finish()
  }
  expect(forPeople.text()).toBe(
    `Using Catalog "MyCatalog"
+--------+---------+
| poolid | name    |
+--------+---------+
|      1 | Full    |
|  2,000 | Scratch |
+--------+---------+
`,
  )
  expect(forPrograms.text()).toBe(
    `{
  "jsonrpc": "2.0",
  "id": null,
  "result": {
    "pools": [
      {
        "poolid": "1",
        "name": "Full"
      },
      {
        "poolid": "2000",
        "name": "Scratch"
      }
    ]
  }
}`,
  )
})

test('an error takes the place of the result in JSON', async () => {
  const { output, text } = collect((write) => makeJsonOutput(write, { isCompact: false }))
  await output.error('nosuchcommand: is an invalid command.')
  await output.finish()
  expect(text()).toBe(
    `{
  "jsonrpc": "2.0",
  "id": null,
  "error": {
    "code": 1,
    "message": "failed",
    "data": {
      "result": {},
      "messages": {
        "error": [
          "nosuchcommand: is an invalid command.\\n"
        ]
      }
    }
  }
}`,
  )
})

test('compact JSON has no white space, and a result without rows is an empty list', async () => {
  const { output, text } = collect((write) => makeJsonOutput(write, { isCompact: true }))
  await output.table('jobs', { columns: POOLS.columns, rows: [] }, { style: 'table' })
  output.value('run', { jobid: '4' })
  await output.finish()
  expect(text()).toBe('{"jsonrpc":"2.0","id":null,"result":{"jobs":[],"run":{"jobid":"4"}}}')
})

test('lines come as they are, in pieces of bounded size', async () => {
  const pieces: string[] = []
  const output = makeTextOutput(async (chunk) => {
    pieces.push(chunk)
  })
  const rows = (function* () {
    for (let i = 0; i < 10_000; i++) yield [`/some/path/${i}`]
  })()
  const columns = [{ name: 'filename', kind: 'text' }] as const
  expect(await output.table('filenames', { columns, rows }, { style: 'lines' })).toBe(10_000)
  expect(pieces.join('')).toMatch(/^ \/some\/path\/0\n \/some\/path\/1\n/)
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(40_000)
})

test('a text that ends its own line gets no second end', async () => {
  const { output, text } = collect((write) => makeTextOutput(write))
  const columns = [
    { name: 'time', kind: 'text' },
    { name: 'logtext', kind: 'text' },
  ] as const
  const rows = [['2026-11-21 02:05:10', 'host-dir JobId 4: Start Backup\n']]
  await output.table('joblog', { columns, rows }, { style: 'lines' })
  expect(text()).toBe(' 2026-11-21 02:05:10 host-dir JobId 4: Start Backup\n')
})

test('nothing found is said in words', async () => {
  const { output, text } = collect((write) => makeTextOutput(write))
  const none = { columns: POOLS.columns, rows: [] }
  await output.table('pools', none, { style: 'table', empty: 'No results to list.\n' })
  await output.table('pools', none, { style: 'long', empty: 'No results to list.\n' })
  await output.table('pools', none, { style: 'table' })
  expect(text()).toBe('No results to list.\nNo results to list.\n')
})
