// The console service: one call is one session of a console.
import { CofferError } from '@coffer/core'
import type { ConsoleHandlers } from '@coffer/wire'
import type { Director } from '../director.ts'

/** Handlers for the console service of this Director. */
export function consoleHandlers(director: Director): ConsoleHandlers {
  return {
    attach: () =>
      Promise.reject(
        new CofferError('console-not-yet', `Coffer ${director.version} has no console yet`),
      ),
  }
}
