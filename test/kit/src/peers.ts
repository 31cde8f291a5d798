// Which foreign programs are there, as the test command found them.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const UNPACKED = fileURLToPath(new URL('../../../.cache/peers', import.meta.url))

/**
 * Why the tests that need these peers (Debian package names) cannot run, or undefined when all are there. The test
 * command leaves its findings in `COFFER_ABSENT_PEERS`; without it the peers are taken to be there, and a test that
 * misses one fails.
 *
 * For `describe.skipIf(why)('…', { meta: { skipReason: why } }, …)`.
 */
export function absentPeers(...names: readonly string[]): string | undefined {
  const reasons = parse(process.env['COFFER_ABSENT_PEERS'])
  const why = names.map((name) => reasons.get(name)).filter((reason) => reason !== undefined)
  return why.length === 0 ? undefined : why.join('; ')
}

function parse(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined || text === '') return new Map()
  const found: unknown = JSON.parse(text)
  if (typeof found !== 'object' || found === null)
    throw new Error('COFFER_ABSENT_PEERS is no table')
  return new Map(Object.entries(found).map(([name, reason]) => [name, String(reason)]))
}

/** Where the packages of a peer lie that is unpacked rather than installed: the root of its file system. */
export function unpackedPeer(name: string): string {
  return join(UNPACKED, name)
}
