import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ConsoleBench, startConsoleBench } from './console-bench.contract.ts'

let bench: ConsoleBench
beforeAll(async () => {
  bench = await startConsoleBench()
}, 60_000)
beforeEach(() => {
  bench.world.bandwidth.length = 0
})
afterAll(() => bench.stop())

describe('setbandwidth', () => {
  test.each([
    ['setbandwidth client=host-fd limit=100', { kind: 'client', name: 'host-fd', limit: 102_400 }],
    ['setbandwidth storage=File limit=10mb', { kind: 'storage', name: 'File', limit: 10_000_000 }],
    ['setbandwidth limit=1m/s client=host-fd', { kind: 'client', name: 'host-fd', limit: 2 ** 20 }],
    ['setbandwidth client=host-fd limit=0', { kind: 'client', name: 'host-fd', limit: 0 }],
  ])('%s', async (line, asked) => {
    await bench.converse([line])
    expect(bench.world.bandwidth).toEqual([{ ...asked, job: '' }])
  })

  test('says what holds now', async () => {
    expect(await bench.converse(['setbandwidth client=host-fd limit=100'])).toContain(
      '2000 OK Bandwidth host-fd: 102,400 bytes/s, 0 running\n',
    )
    expect(await bench.converse(['setbandwidth client=host-fd limit=fast'])).toContain(
      'Error: "fast" is no bandwidth: give KB/s, or a size such as 10mb',
    )
    expect(await bench.converse(['setbandwidth jobid=77 limit=1'])).toContain(
      'No such Job is running.',
    )
    expect(bench.world.bandwidth).toHaveLength(1)
  })

  test('as JSON', async () => {
    const line = 'setbandwidth client=host-fd limit=0'
    const text = await bench.converse(['.api 2 compact=yes', line])
    expect(JSON.parse(text.slice(text.indexOf(line) + line.length))).toMatchObject({
      result: { setbandwidth: [{ daemon: 'host-fd', limit: 0, jobs: 0 }] },
    })
  })
})
