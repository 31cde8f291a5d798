// The bridge to functions of shared libraries. It may be absent: no binary for this machine, or not installed.
import { createRequire } from 'node:module'
import { messageOf } from '@coffer/core'
import type koffi from 'koffi'

export type Koffi = Pick<typeof koffi, 'errno' | 'load'>

let loaded: Koffi | { readonly absent: string } | undefined

/** Koffi, or why there is none. */
export function loadKoffi(): Koffi | { readonly absent: string } {
  loaded ??= tryLoad()
  return loaded
}

function tryLoad(): Koffi | { readonly absent: string } {
  if (process.platform !== 'linux') return { absent: `not known for ${process.platform}` }
  try {
    return createRequire(import.meta.url)('koffi') as Koffi
  } catch (error) {
    return { absent: messageOf(error) }
  }
}
