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
import { expectDirective, keyword, reference, texts, yesNo } from '@coffer/core/directives'

export interface RunScript {
  /** A program, or a command for the console of the Director. */
  readonly kind: 'command' | 'console'
  readonly command: string
  readonly runsWhen: 'never' | 'before' | 'after' | 'always' | 'aftervss'
  readonly runsOnSuccess: boolean
  readonly runsOnFailure: boolean
  readonly runsOnClient: boolean
  readonly failJobOnError: boolean
}

const runScriptRows = {
  Command: texts({ about: 'Program to run, without a shell.' }),
  Console: texts({ status: 'inactive', about: 'Console command to run.' }),
  Target: reference('Client', { status: 'inactive', about: 'Client to run it on.' }),
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
    about: 'Run it on the client rather than on the Director; only "no" is acted on.',
  }),
} as const

export const runScriptRow = blocks('RunScript', runScriptRows, {
  about:
    'What to run before or after the Job: programs on the Director. The log of a Job names a script that was not run because it is of another kind.',
})

/** The scripts of RunScript blocks, one for each command. */
export function runScriptsOf(values: readonly ValuesOf<typeof runScriptRows>[]): RunScript[] {
  return values.flatMap((value) => {
    const { runsWhen, runsOnSuccess, runsOnFailure, runsOnClient, failJobOnError } = value
    const shared = { runsWhen, runsOnSuccess, runsOnFailure, failJobOnError }
    return [
      ...value.command.map((command) => ({
        kind: 'command' as const,
        command,
        runsOnClient,
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

/** Those for the client are not run yet: the log of each Job says so too. */
function shortcut(
  fixed: Omit<RunScript, 'kind' | 'command'>,
  about: string,
): DirectiveRow<readonly RunScript[]> {
  const type: ValueType<readonly RunScript[]> = {
    label: 'command, repeatable',
    read: (node, context) => {
      const directive = expectDirective(node, context)
      return directive && [{ kind: 'command', command: valueText(directive), ...fixed }]
    },
    join: (earlier, later) => [...earlier, ...later],
    show: (scripts) => scripts.map((script) => quoteText(script.command)),
  }
  const known = { default: [], about } as const
  return row(type, fixed.runsOnClient ? { ...known, status: 'inactive' } : known)
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
