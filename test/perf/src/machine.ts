// The machine, in the words that a reader of the figures needs.
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

export async function machineFacts(): Promise<string[]> {
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const name = /^PRETTY_NAME="(.*)"$/m.exec(system)?.[1] ?? 'Linux'
  return [
    `${String(availableParallelism())} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    `${String(Math.round(totalmem() / 2 ** 30))} GiB`,
    name,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
    `load ${(loadavg()[0] ?? 0).toFixed(1)} at the start`,
  ]
}
