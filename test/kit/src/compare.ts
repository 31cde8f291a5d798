// Compares two trees with tools that are not ours.
import { run } from './run.ts'

export interface CompareOptions {
  /** Whether hard links must be the same ones; a FileSet without `Hard Links = yes` stores each name by itself. */
  readonly hardLinks?: boolean
}

/**
 * What rsync finds different between two trees: content, modes, owners, times, symlinks, ACLs and extended attributes.
 * Empty when they are the same. Each line is one of `rsync --itemize-changes`.
 */
export async function compareTrees(
  expected: string,
  actual: string,
  { hardLinks = false }: CompareOptions = {},
): Promise<readonly string[]> {
  const flags = [
    hardLinks ? '-aHAXn' : '-aAXn',
    '--checksum',
    '--delete',
    '--itemize-changes',
    '--devices',
    '--specials',
  ]
  const result = await run(['rsync', ...flags, `${expected}/`, `${actual}/`], {
    timeoutMs: 600_000,
  })
  if (result.exitCode !== 0) throw new Error(`rsync failed: ${result.stderr}`)
  return result.stdout.split('\n').filter((line) => line !== '')
}
