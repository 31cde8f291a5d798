// Which type of file system a device number stands for.
import { readFileSync } from 'node:fs'

/** Types by "major:minor", as the kernel lists what is mounted here. Empty where it lists nothing. */
export function readMounts(file = '/proc/self/mountinfo'): ReadonlyMap<string, string> {
  const types = new Map<string, string>()
  for (const line of readText(file).split('\n')) {
    // proc(5): id, parent, major:minor, root, mount point, options, optional fields, "-", type, …
    const [before = '', after = ''] = line.split(' - ')
    const device = before.split(' ')[2]
    const type = after.split(' ')[0]
    if (device !== undefined && type !== undefined && type !== '') types.set(device, type)
  }
  return types
}

/** The key of `readMounts` for a device number as stat gives it. Source: the layout of dev_t in glibc. */
export function deviceKey(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)
  return `${major}:${minor}`
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
