// The Volume tools, bscan joined to the Director's Catalog.
import { CofferError, messageOf, systemClock } from '@coffer/core'
import { requireConfig } from '@coffer/daemon'
import * as storage from '@coffer/storage'

const TOOLS = {
  bls: storage.runBls,
  bextract: storage.runBextract,
  bcopy: storage.runBcopy,
  bscan: runBscan,
  changer: storage.runChanger,
}
export type VolumeTool = keyof typeof TOOLS

/** Runs a Volume tool on this process's standard streams; resolves with its exit code. */
export function runVolumeTool(name: VolumeTool, argv: readonly string[]): Promise<number> {
  return TOOLS[name](argv, { stdout: process.stdout, stderr: process.stderr, env: process.env })
}

function runBscan(argv: readonly string[], io: storage.ToolIo): Promise<number> {
  return storage.runBscan(argv, { ...io, openCatalog })
}

async function openCatalog(configPath: string | undefined): Promise<storage.CatalogSink> {
  const { loadDirectorConfig, openScanCatalog } = await import('@coffer/director')
  const { defaultConfigPath } = await import('./daemons.ts')
  const path = configPath ?? defaultConfigPath()
  const config = requireConfig(await loadDirectorConfig(path, process.env))
  try {
    return await openScanCatalog(config, {
      clock: systemClock,
      log: { info: nothing, warn: nothing },
    })
  } catch (error) {
    if (!(error instanceof CofferError) || error.code !== 'catalog-in-use') throw error
    const text = `${messageOf(error)}; stop it first: coffer down ${path}`
    throw new CofferError('catalog-in-use', text, { cause: error })
  }
}

function nothing(): void {
  // The scan says itself what it does.
}
