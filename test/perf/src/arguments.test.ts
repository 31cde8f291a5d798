import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'

const ROWS = ['big', 'small']
const parse = (argv: readonly string[], env = {}) => parseArguments(argv, ROWS, env)

describe('the command line of the benchmark', () => {
  it('measures everything twice when nothing is said', () => {
    expect(parse([])).toEqual({
      kind: 'run',
      arguments: {
        names: [],
        rounds: 2,
        directory: '/var/tmp/coffer-bench',
        isAlone: false,
        updateDocs: false,
      },
    })
  })

  it('takes rows, rounds and a directory', () => {
    expect(parse(['small', '--rounds', '5', '--alone', '--dir', '/mnt/x'])).toMatchObject({
      arguments: { names: ['small'], rounds: 5, directory: '/mnt/x', isAlone: true },
    })
    expect(parse([], { COFFER_BENCH_DIR: '/mnt/y' })).toMatchObject({
      arguments: { directory: '/mnt/y' },
    })
  })

  it.each([
    { argv: ['tiny'], says: 'no row "tiny"; there are big, small' },
    { argv: ['--rounds', '0'], says: '--rounds takes a number from 1 to 100' },
    { argv: ['--rounds', 'many'], says: '--rounds takes a number from 1 to 100' },
    { argv: ['big', '--update-docs'], says: '--update-docs needs all rows' },
    { argv: ['--turbo'], says: "Unknown option '--turbo'" },
  ])('refuses $argv', ({ argv, says }) => {
    expect(() => parse(argv)).toThrow(says)
  })
})
