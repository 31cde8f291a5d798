// The largest memory of each of our daemons in anything that was measured.
import type { RowResult } from './results.ts'

const GOAL_MB = 300

export function memoryRow(rows: readonly RowResult[]): RowResult {
  const peaks = new Map<string, number>()
  for (const run of rows.flatMap((row) => row.contenders[0]?.runs ?? [])) {
    for (const [name, bytes] of Object.entries(run.peakBytes ?? {})) {
      peaks.set(name, Math.max(peaks.get(name) ?? 0, bytes))
    }
  }
  const figures = [...peaks].map(([name, bytes]) => `${name} ${String(Math.round(bytes / 1e6))} MB`)
  return {
    name: 'memory',
    title: 'Largest resident size of each daemon in all rows',
    size: '',
    contenders: [],
    notes: [`${figures.join(', ')} (goal under ${String(GOAL_MB)} MB each)`],
  }
}
