// A file system that is full soon: a tmpfs of a few megabytes, which only root can mount.
import { makeScratch } from './scratch.ts'
import { run } from './run.ts'

/** Why there can be no small disk here, or undefined. For `describe.skipIf(why)`. */
export function noSmallDisk(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'only root can mount a small file system'
}

export interface SmallDisk {
  readonly path: string
  resize(sizeKib: number): Promise<void>
  /** Unmounts it; nothing may use it any more. */
  remove(): Promise<void>
}

export async function mountSmallDisk(sizeKib: number): Promise<SmallDisk> {
  const scratch = await makeScratch('disk')
  await tool(['mount', '-t', 'tmpfs', '-o', `size=${String(sizeKib)}k`, 'none', scratch.path])
  return {
    path: scratch.path,
    resize: (newKib) => tool(['mount', '-o', `remount,size=${String(newKib)}k`, scratch.path]),
    remove: async () => {
      await tool(['umount', scratch.path])
      await scratch.remove()
    },
  }
}

async function tool(argv: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await run(argv)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
}
