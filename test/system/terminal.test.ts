// The console in a real terminal of 80 columns: prompt, line editing, history, completion, questions, quit.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  absentPeers,
  compareTrees,
  makePlainTree,
  makeScratch,
  run,
  type Scratch,
  startHost,
  type TestHost,
} from '@coffer/test-kit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const COFFER = fileURLToPath(new URL('../../cli/bin/coffer', import.meta.url))
const COLUMNS = 80
const POLL_MS = 30
const TIMEOUT_MS = 30_000

/** A program in a tmux of its own. Keys have tmux's names: "Enter", "Up", "Tab", "C-u". */
// A terminal multiplexer may never learn how its child ended where process 1 is slow; the screen tells for certain.
const TELL_END = '"$@"; printf "\\n[ended with %s]\\n" "$?"'

class Terminal {
  readonly #socket: string

  private constructor(socket: string) {
    this.#socket = socket
  }

  static async open(directory: string, argv: readonly string[]): Promise<Terminal> {
    await mkdir(directory, { recursive: true })
    const terminal = new Terminal(join(directory, 'tmux'))
    const config = join(directory, 'tmux.conf')
    await writeFile(config, 'set -g remain-on-exit on\nset -g history-limit 10000\n')
    const size = ['-x', String(COLUMNS), '-y', '24']
    const watched = ['sh', '-c', TELL_END, 'sh', ...argv]
    await terminal.#tmux('-u', '-f', config, 'new-session', '-d', ...size, ...watched)
    return terminal
  }

  /** Everything that the program wrote, lines that the terminal broke joined again. */
  text(): Promise<string> {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-')
  }

  /** The last line that is not blank. */
  async lastLine(): Promise<string> {
    return (await this.text()).trimEnd().split('\n').at(-1)?.trimEnd() ?? ''
  }

  /** What is visible now, one entry per row of the screen. */
  async rows(): Promise<string[]> {
    return (await this.#tmux('capture-pane', '-p')).trimEnd().split('\n')
  }

  /** Column of the cursor, from 0. */
  async cursor(): Promise<number> {
    return Number(await this.#tmux('display-message', '-p', '#{cursor_x}'))
  }

  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', '--', text)
  }

  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys)
  }

  /** Polls until `probe` gives something other than undefined. */
  async until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + TIMEOUT_MS
    for (;;) {
      const found = await probe()
      if (found !== undefined) return found
      if (Date.now() > deadline) throw new Error(`${what} did not come\n${await this.text()}`)
      await pause(POLL_MS)
    }
  }

  async untilLastLine(line: string): Promise<void> {
    await this.until(`the line "${line}"`, async () =>
      (await this.lastLine()) === line ? true : undefined,
    )
  }

  /** Types a command, and gives what it printed once the prompt stands again. */
  async command(line: string): Promise<string> {
    const before = await this.text()
    await this.type(line)
    await this.press('Enter')
    return this.until(`a prompt after "${line}"`, async () => {
      const text = await this.text()
      const fresh = text.trimEnd().slice(before.trimEnd().length)
      return fresh.startsWith(`${line}\n`) && /\n\*$/.test(fresh) ? fresh : undefined
    })
  }

  /** Waits for the program's end; gives its exit code. */
  exitCode(): Promise<string> {
    return this.until('the end of the program', async () => {
      const all = await this.#tmux('capture-pane', '-p', '-J', '-S', '-')
      return /^\[ended with (\d+)\]$/m.exec(all)?.[1]
    })
  }

  async close(): Promise<void> {
    await run(['tmux', '-S', this.#socket, 'kill-server'])
  }

  async #tmux(...argv: readonly string[]): Promise<string> {
    const done = await run(['tmux', '-S', this.#socket, ...argv], {
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' },
    })
    if (done.exitCode !== 0) throw new Error(`tmux ${argv.join(' ')}: ${done.stderr}`)
    return done.stdout
  }
}

const noTmux = absentPeers('tmux')

describe.skipIf(noTmux)('the console in a terminal', { meta: { skipReason: noTmux } }, () => {
  let scratch: Scratch
  let host: TestHost
  let terminal: Terminal
  let opened = 0

  async function openConsole(): Promise<Terminal> {
    opened += 1
    const home = `HOME=${join(scratch.path, 'home')}`
    const argv = ['env', home, process.execPath, COFFER, 'console', '-c', host.path]
    terminal = await Terminal.open(join(scratch.path, `terminal-${String(opened)}`), argv)
    await terminal.untilLastLine('*')
    return terminal
  }

  /** Types a line, and waits for the question that follows it. */
  async function answer(line: string, question: string): Promise<void> {
    await terminal.type(line)
    await terminal.press('Enter')
    await terminal.untilLastLine(question)
  }

  beforeAll(async () => {
    scratch = await makeScratch('terminal')
    await mkdir(join(scratch.path, 'home'))
    const source = join(scratch.path, 'source')
    await makePlainTree(source)
    host = await startHost('terminal', (draft) =>
      draft.edit('director.d/fileset/SelfTest.conf', (text) => text.replace('/usr/sbin', source)),
    )
  })

  afterEach(async () => {
    await terminal.close()
  })

  afterAll(async () => {
    await host.close()
    await scratch.remove()
  })

  it('greets, and prompts with a star', async () => {
    await openConsole()
    const text = await terminal.text()
    expect(text).toMatch(/^Connecting to Director localhost:\d+\n/)
    expect(text).toMatch(/\n1000 OK: coffer-dir Version: /)
    expect(text).toContain('\nEnter a period (.) to cancel a command.\n')
    expect(await terminal.cursor()).toBe('*'.length)
  })

  it('answers a command below it', async () => {
    await openConsole()
    expect(await terminal.command('version')).toMatch(/^version\ncoffer-dir Version: [^\n]+\n\*$/)
  })

  it('brings earlier lines back', async () => {
    await openConsole()
    await terminal.command('time')
    await terminal.command('whoami')
    await terminal.press('Up')
    await terminal.untilLastLine('*whoami')
    await terminal.press('Up')
    await terminal.untilLastLine('*time')
    await terminal.press('Down')
    await terminal.untilLastLine('*whoami')
    await terminal.press('Up', 'Enter')
    await terminal.until('the time, twice', async () =>
      (await terminal.text()).match(/^\w{3} \d\d-\w{3}-\d{4} \d\d:\d\d:\d\d$/gm)?.length === 2
        ? true
        : undefined,
    )
  })

  it('remembers lines from one session to the next', async () => {
    await openConsole()
    await terminal.command('list pools')
    await terminal.type('quit')
    await terminal.press('Enter')
    await terminal.exitCode()
    await terminal.close()
    await openConsole()
    await terminal.press('Up', 'Up')
    await terminal.untilLastLine('*list pools')
  })

  it.each([
    ['vers', '*version'],
    ['list jobm', '*list jobmedia'],
    ['status cl', '*status client='],
    ['run job=back', '*run job=backup-coffer-fd'],
    ['restore client=cof', '*restore client=coffer-fd'],
  ])('completes "%s"', async (typed, completed) => {
    await openConsole()
    await terminal.type(typed)
    await terminal.press('Tab')
    await terminal.untilLastLine(completed)
  })

  it('shows the choices when there are several', async () => {
    await openConsole()
    await terminal.type('list job')
    await terminal.press('Tab', 'Tab')
    const choices = await terminal.until('a list of choices', async () => {
      const text = await terminal.text()
      return text.includes('jobtotals') ? text : undefined
    })
    for (const choice of ['joblog', 'jobmedia', 'jobs']) expect(choices).toContain(choice)
    await terminal.untilLastLine('*list job')
  })

  it('asks, and goes on with the answer', async () => {
    await openConsole()
    await terminal.type('run job=backup-coffer-fd level=Full')
    await terminal.press('Enter')
    await terminal.untilLastLine('OK to run? (yes/mod/no):')
    expect(await terminal.cursor()).toBe('OK to run? (yes/mod/no): '.length)
    await terminal.type('no')
    await terminal.press('Enter')
    await terminal.untilLastLine('*')
    expect(await terminal.text()).toContain('Job not run.')
  })

  it('leaves a question with Ctrl-C, and stays', async () => {
    await openConsole()
    await terminal.type('run job=backup-coffer-fd level=Full')
    await terminal.press('Enter')
    await terminal.untilLastLine('OK to run? (yes/mod/no):')
    await terminal.press('C-c')
    await terminal.untilLastLine('*')
    expect(await terminal.command('list jobs')).not.toContain('backup-coffer-fd')
  })

  it('tells that there are messages, and shows them', async () => {
    await openConsole()
    expect(await terminal.command('run job=backup-coffer-fd yes')).toContain('Job queued. JobId=1')
    expect(await terminal.command('wait')).toContain('You have messages.')
    const messages = await terminal.command('messages')
    expect(messages).toMatch(/^ {2}Termination: {12}Backup OK$/m)
  })

  it('lets a pasted line be edited that is longer than the terminal is wide', async () => {
    await openConsole()
    const words = Array.from({ length: 15 }, (_, i) => `word${String(i).padStart(4, '0')}`)
    await terminal.type(`version ${words.join(' ')}`)
    await terminal.until('the whole line', async () =>
      (await terminal.lastLine()).endsWith('word0014') ? true : undefined,
    )
    expect((await terminal.rows()).at(-1)).toBe(`*version ${words.join(' ')}`.slice(COLUMNS))
    await terminal.press('C-a')
    await terminal.type('echo of ')
    await terminal.untilLastLine(`*echo of version ${words.join(' ')}`)
    await terminal.press('C-e', 'BSpace', 'BSpace')
    await terminal.untilLastLine(`*echo of version ${words.join(' ')}`.slice(0, -2))
    await terminal.press('C-u')
    await terminal.untilLastLine('*')
  })

  it('selects in menu and tree, restores, and the tree is the same', async () => {
    await openConsole()
    const where = join(scratch.path, 'restored')
    await terminal.command('run job=backup-coffer-fd level=Full yes')
    await terminal.command('wait')
    await answer(`restore where=${where}`, 'Select item:  (1-13):')
    await answer('5', '$')
    await answer('mark *', '$')
    await answer('done', 'OK to run? (yes/mod/no):')
    await answer('yes', '*')
    await terminal.command('wait')
    const said = await terminal.command('messages')
    expect(said).toMatch(/Termination: {12}Restore OK/)
    const source = join(scratch.path, 'source')
    expect(await compareTrees(source, join(where, source))).toEqual([])
  })

  it('ends with quit', async () => {
    await openConsole()
    await terminal.type('quit')
    await terminal.press('Enter')
    expect(await terminal.exitCode()).toBe('0')
  })

  it('ends at the end of the input', async () => {
    await openConsole()
    await terminal.press('C-d')
    expect(await terminal.exitCode()).toBe('0')
  })
})
