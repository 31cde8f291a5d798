// What a simulation is made of: a configuration, loads, and what goes wrong. From a seed, or the one realistic year.
import { SeededRandom } from './seeded-random.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export interface PoolPlan {
  readonly retentionDays: number
  /** Further directives. */
  readonly directives: string
}

export interface Plan {
  readonly startMs: number
  readonly days: number
  readonly zone: string
  readonly runs: readonly string[]
  readonly clients: readonly string[]
  readonly pools: { readonly F: PoolPlan; readonly D: PoolPlan; readonly I: PoolPlan }
  /** Directives of every Job. */
  readonly job: string
  readonly concurrency: { readonly director: number; readonly storage: number }
  /** GB and minutes of each level. */
  readonly loads: {
    readonly [Level in 'F' | 'D' | 'I']: { readonly gb: number; readonly minutes: number }
  }
  readonly outages: readonly (Span & { readonly client: string })[]
  readonly fullDisks: readonly Span[]
  readonly restarts: readonly (Span & { readonly isCrash: boolean })[]
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Sunday. */
const START = Date.UTC(2026, 0, 4)

/** Monthly Fulls, weekly Differentials, daily Incrementals; a week in which a client is down, a full disk, restarts. */
export const REALISTIC_YEAR: Plan = {
  startMs: START,
  days: 365,
  zone: 'Europe/Berlin',
  runs: [
    'Level=Full 1st sun at 2:30',
    'Level=Differential 2nd-5th sun at 2:30',
    'Level=Incremental mon-sat at 2:30',
  ],
  clients: ['alpha', 'beta', 'gamma'],
  pools: {
    F: { retentionDays: 90, directives: 'Maximum Volume Bytes = 200 gb; Maximum Volumes = 20' },
    D: { retentionDays: 40, directives: 'Maximum Volume Jobs = 3; Maximum Volumes = 12' },
    I: { retentionDays: 20, directives: 'Volume Use Duration = 7 days; Maximum Volumes = 8' },
  },
  job: 'Rerun Failed Levels = yes; Run Missed Jobs = yes; Reschedule On Error = yes; Reschedule Interval = 3 hours; Reschedule Times = 2',
  concurrency: { director: 3, storage: 2 },
  loads: { F: { gb: 150, minutes: 240 }, D: { gb: 30, minutes: 50 }, I: { gb: 6, minutes: 12 } },
  outages: [{ client: 'beta', fromMs: START + 100 * DAY, toMs: START + 107 * DAY }],
  fullDisks: [{ fromMs: START + 182 * DAY, toMs: START + 183.5 * DAY }],
  restarts: [
    { fromMs: START + 60 * DAY + 2 * HOUR, toMs: START + 60 * DAY + 9 * HOUR, isCrash: true },
    { fromMs: START + 250 * DAY + 20 * HOUR, toMs: START + 251 * DAY + 12 * HOUR, isCrash: false },
  ],
}

/** The same plan for the same seed, always. */
export function randomPlan(seed: number): Plan {
  const random = new SeededRandom(seed)
  const days = random.between(15, 50)
  const startMs = START + random.between(0, 364) * DAY
  const at = () => `${random.between(0, 23)}:${String(random.between(0, 59)).padStart(2, '0')}`
  const span = (longestHours: number): Span => {
    const fromMs = startMs + random.between(1, days * 24) * HOUR
    return { fromMs, toMs: fromMs + random.between(1, longestHours) * HOUR }
  }
  const clients = ['alpha', 'beta', 'gamma'].slice(0, random.between(1, 3))
  return {
    startMs,
    days,
    zone: random.pick(['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']),
    runs: [
      random.pick([
        `Level=Full 1st sun at ${at()}`,
        `Level=Full sat at ${at()}`,
        `Level=Full on 1,15 at ${at()}`,
      ]),
      ...(random.chance(0.7)
        ? [`Level=Differential ${random.pick(['wed', '2nd-5th sun', '1/5'])} at ${at()}`]
        : []),
      random.pick([
        `Level=Incremental daily at ${at()}`,
        `Level=Incremental mon-fri at ${at()}`,
        `Level=Incremental daily at ${at()}`,
      ]),
    ],
    clients,
    pools: { F: randomPool(random, 60), D: randomPool(random, 30), I: randomPool(random, 20) },
    job: randomJob(random),
    concurrency: { director: random.between(1, 4), storage: random.between(1, 3) },
    loads: {
      F: { gb: random.between(20, 300), minutes: random.between(10, 900) },
      D: { gb: random.between(5, 60), minutes: random.between(5, 200) },
      I: { gb: random.between(1, 20), minutes: random.between(1, 90) },
    },
    outages: random.times(2, () => ({ ...span(24 * 8), client: random.pick(clients) })),
    fullDisks: random.times(2, () => span(48)),
    restarts: disjoint(random.times(3, () => ({ ...span(40), isCrash: random.chance(0.5) }))),
  }
}

function randomPool(random: SeededRandom, longestDays: number): PoolPlan {
  const limit = random.pick([
    '',
    `Maximum Volume Jobs = ${random.between(1, 5)}`,
    `Maximum Volume Bytes = ${random.between(10, 200)} gb`,
    `Volume Use Duration = ${random.between(1, 10)} days`,
  ])
  const volumes = random.chance(0.6) ? `Maximum Volumes = ${random.between(2, 15)}` : ''
  const current = random.chance(0.3) ? 'Recycle Current Volume = yes' : ''
  const oldest = random.chance(0.3) ? 'Recycle Oldest Volume = yes' : ''
  return {
    retentionDays: random.between(1, longestDays),
    directives: [limit, volumes, current, oldest].filter((each) => each !== '').join('; '),
  }
}

function randomJob(random: SeededRandom): string {
  const some = (directive: string) => (random.chance(0.5) ? [directive] : [])
  return [
    ...some('Rerun Failed Levels = yes'),
    ...some('Run Missed Jobs = yes'),
    ...some(`Reschedule On Error = yes; Reschedule Interval = ${random.between(1, 300)} minutes`),
    ...some(`Max Wait Time = ${random.between(1, 48)} hours`),
    ...some(`Max Full Interval = ${random.between(5, 40)} days`),
    ...some(`Max Diff Interval = ${random.between(2, 20)} days`),
    ...some(
      random.pick([
        'Allow Duplicate Jobs = no',
        'Allow Duplicate Jobs = no; Cancel Lower Level Duplicates = yes',
      ]),
    ),
    ...some(`Max Run Time = ${random.between(1, 20)} hours`),
  ].join('; ')
}

/** Spans in order, those that begin before the one before is over left out. */
function disjoint<Each extends Span>(spans: readonly Each[]): Each[] {
  let endMs = 0
  return [...spans]
    .sort((a, b) => a.fromMs - b.fromMs)
    .filter(({ fromMs, toMs }) => {
      if (fromMs <= endMs) return false
      endMs = toMs
      return true
    })
}
