// The permission bits that this process takes from what it makes.
import { readFileSync } from 'node:fs'

/** All bits where the system does not tell: asking for it in the usual way changes it for a moment, for all threads. */
export function readUmask(file = '/proc/self/status'): number {
  try {
    const digits = /^Umask:\s*([0-7]+)$/mu.exec(readFileSync(file, 'latin1'))?.[1]
    return digits === undefined ? 0o777 : Number.parseInt(digits, 8)
  } catch {
    return 0o777
  }
}
