// The commands of docs/operations.md, run as they stand.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  coffer,
  compareTrees,
  findPortBase,
  makeScratch,
  run,
  type Scratch,
} from '@coffer/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PAGE = fileURLToPath(new URL('../../docs/operations.md', import.meta.url))
const BLOCK = /^```(sh|console) run\n([\s\S]*?)^```$/gm

interface Block {
  readonly kind: string
  readonly lines: readonly string[]
}

async function readBlocks(): Promise<Block[]> {
  const page = await readFile(PAGE, 'utf8')
  return [...page.matchAll(BLOCK)].map(([, kind = '', body = '']) => ({
    kind,
    lines: body.split('\n').filter((line) => line !== ''),
  }))
}

describe('docs/operations.md', () => {
  let scratch: Scratch
  let portBase: number

  beforeAll(async () => {
    scratch = await makeScratch('operations')
    portBase = await findPortBase()
  })

  afterAll(async () => {
    await coffer(['down', join(scratch.path, 'coffer')])
    await scratch.remove()
  })

  async function runShell(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const [program = '', ...words] = inScratch(line).split(' ')
      const argv = (await Promise.all(words.map(expand))).flat()
      const ports = argv[0] === 'init' ? ['--port-base', String(portBase)] : []
      expect(['coffer', 'cp', 'mkdir', 'mv']).toContain(program)
      const { exitCode, stdout, stderr } =
        program === 'coffer' ? await coffer([...argv, ...ports]) : await run([program, ...argv])
      expect(exitCode, `${line}\n${stdout}${stderr}`).toBe(0)
    }
  }

  /** What a shell makes of "directory/*". */
  async function expand(word: string): Promise<string[]> {
    if (!word.endsWith('/*')) return [word]
    const directory = word.slice(0, -2)
    return (await readdir(directory)).sort().map((name) => join(directory, name))
  }

  async function runConsole(lines: readonly string[]): Promise<void> {
    const directory = join(scratch.path, 'coffer')
    const said = await coffer(['console', '-c', directory], `${lines.map(inScratch).join('\n')}\n`)
    expect(said.exitCode, said.stderr).toBe(0)
    expect(said.stdout).not.toContain('is an invalid command')
    expect(said.stdout).not.toMatch(/\*\*\* (Backup|Restore) Error \*\*\*/)
  }

  function inScratch(line: string): string {
    return line.replaceAll('/srv/', `${scratch.path}/`)
  }

  it('works from top to bottom', { timeout: 180_000 }, async () => {
    const blocks = await readBlocks()
    expect(blocks.length).toBeGreaterThan(5)
    for (const { kind, lines } of blocks) {
      if (kind === 'sh') await runShell(lines)
      else await runConsole(lines)
    }
    const place = (name: string) => join(scratch.path, name, 'usr/sbin')
    expect(await compareTrees(place('elsewhere/restored'), place('coffer/back'))).toEqual([])
  })
})
