// The Volume tools, bscan joined to the Director's Catalog.
import * as storage from '@coffer/storage'

const TOOLS = {
  bls: storage.runBls,
  bextract: storage.runBextract,
  bcopy: storage.runBcopy,
  bscan: storage.runBscan,
}
export type VolumeTool = keyof typeof TOOLS

/** Runs a Volume tool on this process's standard streams; resolves with its exit code. */
export function runVolumeTool(name: VolumeTool, argv: readonly string[]): Promise<number> {
  return TOOLS[name](argv, { stdout: process.stdout, stderr: process.stderr, env: process.env })
}
