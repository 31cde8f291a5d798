// The certificate that a daemon without a configured one makes for itself and keeps in its working directory.
import { CofferError, type Clock } from '@coffer/core'
import type { ServerTls } from './tls-options.ts'

/**
 * The self-signed certificate of this daemon, made when there is none that can be used. Kept in
 * `workingDirectory` as `<name>.tls.pem` (mode 0600: key and certificate).
 */
export async function makeSelfSigned(
  workingDirectory: string,
  name: string,
  clock?: Clock,
): Promise<ServerTls> {
  throw new CofferError(
    'internal-bug',
    `certificate of ${name} in ${workingDirectory} at ${clock?.nowMs() ?? 0}`,
  )
}
