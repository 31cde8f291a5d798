// The one error of the decoders here.
import { CofferError } from '@coffer/core'

export function damagedData(method: string, why: string): CofferError {
  return new CofferError('payload-damaged', `${method} data cannot be unpacked: ${why}`)
}
