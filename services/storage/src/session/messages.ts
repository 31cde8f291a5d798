// Lines for the Job log, as the sessions of this daemon speak them.
import { byteCountText, type Clock, type CofferError, type MessageType } from '@coffer/core'
import type { JobMessageInit } from '@coffer/wire'

/** Where a session's lines go. */
export interface Speaker {
  say(type: MessageType, text: string, error?: CofferError): void
}

/** Makes the lines of one daemon: `daemon` is its name in the Job log. */
export function lineMaker(
  daemon: string,
  clock: Clock,
): (type: MessageType, text: string, error?: CofferError) => JobMessageInit {
  return (type, text, error) => ({
    type,
    text,
    timeMs: clock.nowMs(),
    daemon,
    code: error?.code ?? '',
  })
}

/** "Elapsed time=00:00:01, Transfer rate=3.498 M Bytes/second". */
export function rateText(bytes: number, elapsedMs: number): string {
  const seconds = Math.max(Math.round(elapsedMs / 1000), 1)
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const clock = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  // "3.498 MB" without its last letter.
  const rate = byteCountText(bytes / seconds).slice(0, -1)
  return `Elapsed time=${clock}, Transfer rate=${rate}${rate.endsWith(' ') ? '' : ' '}Bytes/second`
}
