// Functions of shared libraries that the system may have, for compression.
import { loadKoffi } from '../system/koffi.ts'

export interface SystemLibrary {
  func(prototype: string): (...values: readonly unknown[]) => unknown
}

/** The library, or undefined when koffi or the library is not there. */
export function findLibrary(file: string): SystemLibrary | undefined {
  const koffi = loadKoffi()
  if ('absent' in koffi) return undefined
  try {
    return koffi.load(file)
  } catch {
    return undefined
  }
}
