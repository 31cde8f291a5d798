// The host's operating system, as banners and reports name it.
import { readFile } from 'node:fs/promises'
import { type } from 'node:os'

/** "Debian GNU/Linux 12 (bookworm)"; the kernel's name where the system does not tell. */
export async function readOsName(file = '/etc/os-release'): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    return /^PRETTY_NAME=(["']?)(.+)\1$/m.exec(text)?.[2] ?? type()
  } catch {
    // Systems without the file are none the worse for it.
    return type()
  }
}
