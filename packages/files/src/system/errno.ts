// What the operating system answered, as codes and as the words that people know from other programs.
import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'

const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]))

/** A failed system call in the shape of node's own errors. */
export class ErrnoError extends Error {
  override readonly name = 'ErrnoError'
  readonly errno: number
  readonly code: string
  readonly syscall: string

  constructor(errno: number, syscall: string) {
    const code = NAMES.get(errno) ?? `E${errno}`
    super(`${code}: ${syscall}`)
    this.errno = errno
    this.code = code
    this.syscall = syscall
  }
}

/** The code of a failed system call ("EACCES"), or an empty string for any other thrown value. */
export function errnoCode(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return ''
  return typeof thrown.code === 'string' ? thrown.code : ''
}

/** "Permission denied" for EACCES; the message of what is not a system call's failure. */
export function errnoText(thrown: unknown): string {
  const code = errnoCode(thrown)
  const number = constants.errno[code as keyof typeof constants.errno] as number | undefined
  const text = number === undefined ? undefined : getSystemErrorMap().get(-number)?.[1]
  if (text !== undefined) return text.charAt(0).toUpperCase() + text.slice(1)
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Whether no further file can be written for want of space. */
export function isOutOfSpace(thrown: unknown): boolean {
  const code = errnoCode(thrown)
  return code === 'ENOSPC' || code === 'EDQUOT'
}
