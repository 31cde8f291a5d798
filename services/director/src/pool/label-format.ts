// Names for new Volumes from a Pool's Label Format: a prefix with a counter, or a text with $variables.
import { CofferError } from '@coffer/core'
import { isVolumeName } from './volume-state.ts'

/** Values that `$variables` stand for. */
export interface LabelContext {
  readonly nowMs: number
  readonly job: string
  readonly jobName: string
  readonly jobId: number
  readonly director: string
  readonly level: string
  readonly type: string
  readonly storage: string
  readonly client: string
  readonly pool: string
  readonly catalog: string
  readonly mediaType: string
  /** Volumes in the Pool. */
  readonly volumeCount: number
}

const COUNTER_DIGITS = 4

/**
 * The name of a new Volume. A format that is itself a legal name gets `counter` behind it, in four digits ("Full-0001");
 * one with `$Name`, `${Name}` or `${Name:p/width/fill/l|r}` is filled in and gets no counter.
 * Throws `label-format-invalid` on an unknown variable or when the outcome is no legal Volume name.
 */
export function volumeNameFrom(format: string, counter: number, context: LabelContext): string {
  const plain = isVolumeName(format)
  const name = plain
    ? format + String(counter).padStart(COUNTER_DIGITS, '0')
    : format.replace(VARIABLE, (text, ...groups: unknown[]) => expand(text, groups, context))
  if (isVolumeName(name)) return name
  throw new CofferError(
    'label-format-invalid',
    `Label Format "${format}" gives "${name}", which is no legal Volume name`,
  )
}

/** Whether a format counts Volumes, so that another counter gives another name. */
export function hasCounter(format: string): boolean {
  return isVolumeName(format)
}

const VARIABLE = /\$(?:([A-Za-z]+)|\{([A-Za-z]+)(?::p\/(\d{1,3})\/(.)\/([lr]))?\})/g

function expand(text: string, groups: readonly unknown[], context: LabelContext): string {
  const [bare, braced, width, fill, side] = groups.map((group) =>
    typeof group === 'string' ? group : undefined,
  )
  const variable = VARIABLES[(bare ?? braced ?? '').toLowerCase()]
  if (variable === undefined) {
    throw new CofferError('label-format-invalid', `Label Format knows no variable "${text}"`)
  }
  const value = variable(context)
  if (width === undefined || fill === undefined) return value
  // Bareos pads on the side that the letter names: "r" sets the value to the right.
  return side === 'r' ? value.padStart(Number(width), fill) : value.padEnd(Number(width), fill)
}

type Variable = (context: LabelContext) => string

const VARIABLES: Readonly<Record<string, Variable | undefined>> = {
  year: ({ nowMs }) => String(new Date(nowMs).getFullYear()),
  month: ({ nowMs }) => String(new Date(nowMs).getMonth() + 1),
  day: ({ nowMs }) => String(new Date(nowMs).getDate()),
  hour: ({ nowMs }) => String(new Date(nowMs).getHours()),
  minute: ({ nowMs }) => String(new Date(nowMs).getMinutes()),
  second: ({ nowMs }) => String(new Date(nowMs).getSeconds()),
  weekday: ({ nowMs }) => String(new Date(nowMs).getDay()),
  job: ({ jobName }) => jobName,
  dir: ({ director }) => director,
  level: ({ level }) => level,
  type: ({ type }) => type,
  jobid: ({ jobId }) => String(jobId),
  jobname: ({ job }) => job,
  storage: ({ storage }) => storage,
  client: ({ client }) => client,
  numvols: ({ volumeCount }) => String(volumeCount),
  pool: ({ pool }) => pool,
  catalog: ({ catalog }) => catalog,
  mediatype: ({ mediaType }) => mediaType,
}
