// What processes have used, as the kernel tells it (proc(5)).
import { readdir, readFile, writeFile } from 'node:fs/promises'

// sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on.
const TICKS_PER_SECOND = 100

interface ProcessTimes {
  readonly parent: number
  /** With those of children that were waited for. */
  readonly ticks: number
}

/**
 * CPU seconds that these processes and all below them have used so far. A process that has ended counts with its
 * parent, provided that waited for it; so only differences of a tree that stays mean something.
 */
export async function cpuSecondsOf(roots: readonly number[]): Promise<number> {
  const all = await readAll()
  const children = new Map<number, number[]>()
  for (const [pid, { parent }] of all) {
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const sum = (pid: number): number =>
    (children.get(pid) ?? []).reduce((ticks, child) => ticks + sum(child), all.get(pid)?.ticks ?? 0)
  return roots.reduce((ticks, root) => ticks + sum(root), 0) / TICKS_PER_SECOND
}

/** CPU seconds of all children of this process that have ended. */
export async function endedChildrenCpuSeconds(): Promise<number> {
  const fields = statFields(await readFile('/proc/self/stat', 'latin1'))
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND
}

async function readAll(): Promise<Map<number, ProcessTimes>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const all = new Map<number, ProcessTimes>()
  for (const pid of pids) {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
    if (text === undefined) continue
    const fields = statFields(text)
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    all.set(Number(pid), { parent: Number(fields[1]), ticks })
  }
  return all
}

/** The fields from `state` on: the name before it may hold anything. */
function statFields(text: string): string[] {
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Forgets the largest resident sizes so far. */
export async function forgetPeaks(pids: readonly number[]): Promise<void> {
  for (const pid of pids) await writeFile(`/proc/${String(pid)}/clear_refs`, '5')
}

/** Largest resident size in bytes; 0 of a process that has ended. */
export async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'latin1').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}
