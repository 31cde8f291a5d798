import { describe, expect, it } from 'vitest'
import { parseDaemonArguments } from './arguments.ts'

const parse = (...argv: string[]) => parseDaemonArguments('coffer filed', argv)

describe('the command line of a daemon', () => {
  it('may be empty', () => {
    expect(parse()).toEqual({
      kind: 'run',
      arguments: {
        configPath: undefined,
        testOnly: false,
        foreground: false,
        debugLevel: 0,
        verbose: false,
      },
    })
  })

  it('takes its options short, joined and long', () => {
    const all = {
      configPath: '/etc/coffer',
      testOnly: true,
      foreground: true,
      debugLevel: 150,
      verbose: true,
    }
    expect(parse('-c', '/etc/coffer', '-t', '-f', '-d', '150', '-v')).toEqual({
      kind: 'run',
      arguments: all,
    })
    expect(parse('-tfv', '-c/etc/coffer', '-d150')).toEqual({ kind: 'run', arguments: all })
    expect(
      parse('--config=/etc/coffer', '--test', '--foreground', '--debug', '150', '--verbose'),
    ).toEqual({ kind: 'run', arguments: all })
  })

  it.each([
    [['-x'], "Unknown option '-x'"],
    [['-c'], 'argument missing'],
    [['-c', ''], "'-c' needs a path"],
    [['-d', 'much'], "'-d' needs a number"],
    [['-d', '1001'], "'-d' needs a number"],
    [['start'], "Unexpected argument 'start'"],
  ])('that is wrong says so and ends with 41: %j', (argv, text) => {
    const parsed = parse(...argv)
    expect(parsed).toMatchObject({ kind: 'stop', exitCode: 41 })
    expect(parsed).toHaveProperty('text', expect.stringContaining(text))
    expect(parsed).toHaveProperty(
      'text',
      expect.stringMatching(/^coffer filed: .*\n\nUsage: coffer filed /),
    )
  })

  it('may ask for help', () => {
    expect(parse('-h')).toMatchObject({
      kind: 'stop',
      exitCode: 0,
      text: expect.stringMatching(/^Usage/),
    })
  })
})
