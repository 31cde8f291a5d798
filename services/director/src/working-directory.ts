// The Director's working directory: made when it is not there, with those above it.
import { mkdir } from 'node:fs/promises'

/**
 * Others may pass and not look around: the embedded PostgreSQL of a Director that is root runs as `nobody` below it. The
 * files in it have modes of their own.
 */
const MODE = 0o751

export async function makeWorkingDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: MODE })
}
