// The Schedule resource: when Jobs are started by themselves.
import { expectDirective, name, text, textual, yesNo } from '@coffer/core/directives'
import {
  quoteText,
  resourceType,
  type ResourceOf,
  row,
  valueSource,
  type ValueType,
} from '@coffer/core'
import { formatRunSpec, parseRunSpec, type RunSpec } from '../schedule/run-spec.ts'

const runType: ValueType<readonly RunSpec[]> = {
  label: 'overrides, days and time',
  read: (node, context) => {
    const directive = expectDirective(node, context)
    if (directive === undefined || directive.tokens.length === 0) return undefined
    const spec = parseRunSpec(valueSource(directive))
    if (!('message' in spec)) return [spec]
    context.fault(
      directive.valueAt,
      spec.message,
      'A line such as "Level=Full 1st sat at 21:00" is expected.',
    )
    return undefined
  },
  join: (earlier, later) => [...earlier, ...later],
  show: (specs) => specs.map(formatRunSpec),
}

const timeZoneType = textual<string>({
  label: 'time zone',
  expected: 'a time zone as in "Europe/Berlin" or "UTC"',
  parse: (zone) => (isTimeZone(zone) ? zone : undefined),
  format: quoteText,
})

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).format(0) !== ''
  } catch {
    return false
  }
}

export const scheduleType = resourceType({
  name: 'Schedule',
  about: 'When Jobs are started by themselves.',
  rows: {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    Run: row(runType, {
      default: [],
      about:
        'What to change of the Job, on which days, at what time: `Level=Full 1st sat at 21:00`.',
    }),
    'Time Zone': row(timeZoneType, {
      about:
        'Time zone that the times are in, as in "Europe/Berlin"; that of the host when none is given. Coffer only.',
    }),
    Enabled: yesNo({ default: true, about: 'Whether it starts Jobs.' }),
  },
})
export type ScheduleResource = ResourceOf<typeof scheduleType>
