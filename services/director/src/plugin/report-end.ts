// Tells the monitoring systems of a Job that it has ended. Nothing that goes wrong here changes the Job's result.
import { type Clock, CofferError, messageOf } from '@coffer/core'
import type { EndedJob } from './ended-job.ts'
import type { Sender } from './sender.ts'
import { readSender } from './senders.ts'

/**
 * Sends to all at once, each within its own timeout. `warn` gets one line for each that failed, naming where it was to
 * go. Never rejects.
 */
export async function reportEnd(
  definitions: readonly string[],
  ended: EndedJob,
  { clock, warn }: { readonly clock: Clock; readonly warn: (text: string) => Promise<void> },
): Promise<void> {
  const deliver = async (text: string): Promise<void> => {
    let target = 'a plugin of the Director'
    try {
      const { sender } = readSender(text)
      target = sender.target
      await sendWithin(sender, ended, clock)
    } catch (error) {
      const failure = asDelivery(error)
      await warn(`Could not report the end of the Job to ${target}: ${failure.message}`)
    }
  }
  await Promise.all(definitions.map(deliver))
}

async function sendWithin(sender: Sender, ended: EndedJob, clock: Clock): Promise<void> {
  const controller = new AbortController()
  const late = new CofferError(
    'plugin-delivery',
    `it took longer than ${sender.timeoutMs / 1000} seconds`,
  )
  const stop = clock.after(sender.timeoutMs, () => {
    controller.abort(late)
  })
  try {
    await sender.send(ended, controller.signal)
  } catch (error) {
    throw controller.signal.aborted ? late : error
  } finally {
    stop()
  }
}

function asDelivery(error: unknown): CofferError {
  if (error instanceof CofferError) return error
  return new CofferError('plugin-delivery', reasonOf(error), { cause: error })
}

/** Several addresses of one host that all refuse come as one error without words of its own. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return messageOf(first)
}
