// The commands `autodisplay`, `automount` and `gui`: switches of the session.
import { CofferError } from '@coffer/core'
import type { CommandLine } from '../command-line.ts'
import type { Command } from '../context.ts'

type Switch = 'isAutodisplay' | 'isAutomount' | 'isBatch'

function makeToggle(name: Switch): Command {
  return async ({ line, state }) => {
    state[name] = readOnOff(line)
  }
}

function readOnOff(line: CommandLine): boolean {
  const word = line.args[0]?.keyword
  if (word === 'on' || word === 'yes') return true
  if (word === 'off' || word === 'no') return false
  throw new CofferError('console-usage', `"${line.verb}" takes on or off`)
}

export const autodisplayCommand = makeToggle('isAutodisplay')
export const automountCommand = makeToggle('isAutomount')
export const guiCommand = makeToggle('isBatch')
