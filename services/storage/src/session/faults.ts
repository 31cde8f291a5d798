// Places where a test may stop, slow down or break a storage daemon. A daemon in use has none.

import { CofferError } from '@coffer/core'

export const FAULT_POINTS = [
  'block-written',
  'before-sync',
  'before-commit',
  'after-commit',
  'before-end-label',
  'before-read',
] as const
export type FaultPoint = (typeof FAULT_POINTS)[number]

/** Called when a session reaches the point; throwing is what happens there then. */
export interface FaultPoints {
  reach(point: FaultPoint): void | Promise<void>
}

/** What a fault does: end the process on the spot, wait for ever, or report a full file system. */
const ACTIONS = ['kill', 'stall', 'full'] as const
type FaultAction = (typeof ACTIONS)[number]

interface PlannedFault {
  readonly point: FaultPoint
  /** At which passing of the point it happens, from 1. */
  readonly count: number
  readonly action: FaultAction
}

/**
 * Faults from a text such as "block-written:3=kill,before-commit:1=stall"; `kill` ends the process. Throws for a text
 * that means nothing: a test that plans no fault proves nothing.
 */
export function planFaults(text: string, kill: () => void): FaultPoints {
  const planned = text.split(',').map(parseFault)
  const passed = new Map<FaultPoint, number>()
  return {
    reach: async (point) => {
      const count = (passed.get(point) ?? 0) + 1
      passed.set(point, count)
      const fault = planned.find((one) => one.point === point && one.count === count)
      if (fault?.action === 'kill') kill()
      if (fault?.action === 'full') {
        throw new CofferError('device-full', 'no space left on device (a planned fault)')
      }
      if (fault?.action === 'stall') await new Promise(() => undefined)
    },
  }
}

function parseFault(text: string): PlannedFault {
  const [, pointWord, count = '', actionWord] = /^([a-z-]+):([0-9]+)=([a-z]+)$/.exec(text) ?? []
  const point = FAULT_POINTS.find((one) => one === pointWord)
  const action = ACTIONS.find((one) => one === actionWord)
  if (point !== undefined && action !== undefined) return { point, count: Number(count), action }
  throw new CofferError('internal-bug', `"${text}" plans no fault`)
}
