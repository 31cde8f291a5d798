// Scripts that a Job runs: the RunScript block and its short forms.
import {
  blocks,
  type DirectiveRow,
  quoteText,
  row,
  type ValuesOf,
  valueText,
  type ValueType,
} from '@coffer/core'
import {
  duration,
  expectDirective,
  keyword,
  reference,
  texts,
  yesNo,
} from '@coffer/core/directives'

export interface RunScript {
  /** A program, or a command for the console of the Director. */
  readonly kind: 'command' | 'console'
  readonly command: string
  readonly runsWhen: 'never' | 'before' | 'after' | 'always' | 'aftervss'
  readonly runsOnSuccess: boolean
  readonly runsOnFailure: boolean
  readonly runsOnClient: boolean
  /** Client to run it on; that of the Job when not given. */
  readonly target?: string
  readonly failJobOnError: boolean
  /** Seconds after which it is ended and has failed; 0 for no limit. */
  readonly timeout: number
}

const runScriptRows = {
  Command: texts({ about: 'Program to run, without a shell.' }),
  Console: texts({ about: 'Console command to run on the Director.' }),
  Target: reference('Client', { about: 'Client to run it on instead of that of the Job.' }),
  'Runs On Success': yesNo({ default: true, about: 'Run it after a Job that ended well.' }),
  'Runs On Failure': yesNo({ default: false, about: 'Run it after a Job that failed.' }),
  'Fail Job On Error': yesNo({
    default: true,
    aliases: ['Abort Job On Error'],
    about: 'The Job fails when the script does.',
  }),
  'Runs When': keyword(
    { Never: 'never', Before: 'before', After: 'after', Always: 'always', AfterVSS: 'aftervss' },
    { default: 'never', about: 'When it runs; AfterVSS never does.' },
  ),
  'Runs On Client': yesNo({
    default: true,
    about: 'Run it on the client rather than on the Director.',
  }),
  Timeout: duration({
    default: 0,
    about: 'When to end it, as one that failed; 0 for never. Coffer only.',
  }),
} as const

export const runScriptRow = blocks('RunScript', runScriptRows, {
  about:
    'What to run before or after the Job: programs, here or on a client, and console commands.',
})

/** The scripts of RunScript blocks, one for each command. */
export function runScriptsOf(values: readonly ValuesOf<typeof runScriptRows>[]): RunScript[] {
  return values.flatMap((value) => {
    const { runsWhen, runsOnSuccess, runsOnFailure, failJobOnError, timeout, target } = value
    const shared = { runsWhen, runsOnSuccess, runsOnFailure, failJobOnError, timeout }
    const place =
      target === undefined ? { runsOnClient: value.runsOnClient } : { runsOnClient: true, target }
    return [
      ...value.command.map((command) => ({
        kind: 'command' as const,
        command,
        ...place,
        ...shared,
      })),
      ...value.console.map((command) => ({
        kind: 'console' as const,
        command,
        runsOnClient: false,
        ...shared,
      })),
    ]
  })
}

function shortcut(
  fixed: Omit<RunScript, 'kind' | 'command' | 'timeout'>,
  about: string,
): DirectiveRow<readonly RunScript[]> {
  const type: ValueType<readonly RunScript[]> = {
    label: 'command, repeatable',
    read: (node, context) => {
      const directive = expectDirective(node, context)
      return directive && [{ kind: 'command', command: valueText(directive), timeout: 0, ...fixed }]
    },
    join: (earlier, later) => [...earlier, ...later],
    show: (scripts) => scripts.map((script) => quoteText(script.command)),
  }
  return row(type, { default: [], about })
}

const ON_SUCCESS = { runsOnSuccess: true, runsOnFailure: false } as const

/** Short forms of RunScript, with what each stands for. */
export const runShortcutRows = {
  'Run Before Job': shortcut(
    { runsWhen: 'before', ...ON_SUCCESS, runsOnClient: false, failJobOnError: true },
    'Program to run on the Director before the Job.',
  ),
  'Run After Job': shortcut(
    { runsWhen: 'after', ...ON_SUCCESS, runsOnClient: false, failJobOnError: false },
    'Program to run on the Director after a Job that ended well.',
  ),
  'Run After Failed Job': shortcut(
    {
      runsWhen: 'after',
      runsOnSuccess: false,
      runsOnFailure: true,
      runsOnClient: false,
      failJobOnError: false,
    },
    'Program to run on the Director after a Job that failed.',
  ),
  'Client Run Before Job': shortcut(
    { runsWhen: 'before', ...ON_SUCCESS, runsOnClient: true, failJobOnError: true },
    'Program to run on the client before the Job.',
  ),
  'Client Run After Job': shortcut(
    { runsWhen: 'after', ...ON_SUCCESS, runsOnClient: true, failJobOnError: false },
    'Program to run on the client after a Job that ended well.',
  ),
} as const
