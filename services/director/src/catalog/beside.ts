// Connections to the database of a Catalog beside the Director that holds it, without its lock.
import { CATALOG_ROLE } from './embedded/configuration.ts'
import { clusterDirectories, SERVER_PORT } from './embedded/directories.ts'
import { findPostmaster } from './embedded/postmaster-file.ts'
import { decideServerUser } from './embedded/server-user.ts'
import { Database, type DatabaseAddress } from './database.ts'
import { externalAddress, type ExternalDatabase } from './external-database.ts'

interface BesideOptions {
  readonly workingDirectory: string
  readonly external?: ExternalDatabase | undefined
}

/** Undefined when the embedded server does not run. Close it. */
export async function openBeside(options: BesideOptions): Promise<Database | undefined> {
  const address = await findAddress(options)
  if (address === undefined) return undefined
  return new Database({
    address,
    applicationName: `coffer pid=${process.pid} catalog dump`,
    timeZone: 'UTC',
    gate: () => Promise.resolve(),
    epoch: () => 0,
    onIdleError: () => undefined,
  })
}

async function findAddress(options: BesideOptions): Promise<DatabaseAddress | undefined> {
  const { external, workingDirectory } = options
  if (external !== undefined) return externalAddress(external)
  // Where its socket is says the server itself.
  const { data } = clusterDirectories(workingDirectory, [workingDirectory])
  const user = await decideServerUser(data)
  const running = await findPostmaster(data, user.uid)
  if (running?.status !== 'ready') return undefined
  return {
    host: running.socketDirectory,
    port: SERVER_PORT,
    database: CATALOG_ROLE,
    user: CATALOG_ROLE,
  }
}
