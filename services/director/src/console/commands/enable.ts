// The commands `enable` and `disable`: switch Jobs, Clients and Schedules until the next reload.
import { findArgument } from '../command-line.ts'
import type { Command, CommandContext } from '../context.ts'
import { choose } from '../context.ts'
import type { Switchable } from '../../director.ts'
import { listNames, requireResource, selectResource } from '../resources.ts'

const KINDS: readonly Switchable[] = ['job', 'client', 'schedule']
const LABELS: Readonly<Record<Switchable, string>> = {
  job: 'Job',
  client: 'Client',
  schedule: 'Schedule',
}

function makeSwitch(enable: boolean): Command {
  return async (context) => {
    const { director, out } = context
    const kind = await selectKind(context)
    const target = await selectTarget(context, kind, !enable)
    if (target === undefined) return
    director.jobs.setEnabled(kind, target, enable)
    const word = enable ? 'enabled' : 'disabled'
    await out.text(
      `${LABELS[kind]} "${target}" ${word}\n` +
        `${enable ? 'Enabling' : 'Disabling'} is a temporary operation until the director reloads.\n` +
        'For a permanent setting, please set the value of the "Enabled"\n' +
        'directive in the relevant configuration resource file.\n',
    )
    out.value(enable ? 'enable' : 'disable', { [kind]: target })
  }
}

async function selectKind(context: CommandContext): Promise<Switchable> {
  const given = KINDS.find((kind) => findArgument(context.line, kind) !== undefined)
  if (given !== undefined) return given
  if (context.line.args.length === 0 && context.out.api !== 2) {
    const items = KINDS.map((kind) => LABELS[kind])
    const index = await choose(context, { question: 'Select what to switch', items })
    return KINDS[index] ?? 'job'
  }
  return 'job'
}

/** The name given, or one of those that stand the other way. */
async function selectTarget(
  context: CommandContext,
  kind: Switchable,
  standsAt: boolean,
): Promise<string | undefined> {
  const given = findArgument(context.line, kind)?.value
  if (given !== undefined) {
    return (await requireResource(context, kind, given)) ? given : undefined
  }
  const { jobs } = context.director
  const names = listNames(context, kind).filter((name) => jobs.isEnabled(kind, name) === standsAt)
  if (names.length === 0) {
    await context.out.error(`No ${standsAt ? 'enabled' : 'disabled'} ${LABELS[kind]} to choose.`)
    return undefined
  }
  return selectResource(context, kind, undefined, names)
}

export const enableCommand = makeSwitch(true)
export const disableCommand = makeSwitch(false)
