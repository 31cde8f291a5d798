// Names that a Volume may have.
import { CofferError } from '@coffer/core'

/** What Bareos accepts, and nothing that could name another directory. */
const VOLUME_NAME = /^(?!\.{1,2}$)[A-Za-z0-9:._-]{1,127}$/

/** Throws `volume-name-illegal` for a name that cannot be a Volume's. */
export function checkVolumeName(name: string): void {
  if (VOLUME_NAME.test(name)) return
  throw new CofferError('volume-name-illegal', `"${name.slice(0, 127)}" is no name of a Volume`)
}
