// The lines that were typed in earlier sessions.
import { readFile, writeFile } from 'node:fs/promises'

/** Newest first; none when the file cannot be read. */
export async function readHistory(path: string, length: number): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.slice(-length).reverse()
}

/** Takes lines newest first and writes them oldest first, for its owner alone to read. A failure loses the history only. */
export async function writeHistory(
  path: string,
  lines: readonly string[],
  length: number,
): Promise<void> {
  const kept = lines.slice(0, length).reverse()
  const text = kept.map((line) => `${line}\n`).join('')
  await writeFile(path, text, { mode: 0o600 }).catch(() => undefined)
}
