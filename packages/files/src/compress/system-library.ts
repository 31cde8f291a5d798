// Functions of shared libraries that the system may have, through koffi.
import { createRequire } from 'node:module'

export type Callable = (...values: readonly unknown[]) => unknown
export interface SystemLibrary {
  func(prototype: string): Callable
}
interface Koffi {
  load(path: string): SystemLibrary
}

/** The library, or undefined when koffi or the library is not there. */
export function findLibrary(file: string): SystemLibrary | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return (createRequire(import.meta.url)('koffi') as Koffi).load(file)
  } catch {
    return undefined
  }
}
