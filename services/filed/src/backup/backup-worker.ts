// A thread of the pool: does one piece of work after the other, and says when it is ready for the next.
import { parentPort } from 'node:worker_threads'
import { CofferError, messageOf } from '@coffer/core'
import { WorkCancelled } from './mailbox.ts'
import type { PoolReply, PoolWork, ThreadFailure } from './messages.ts'
import { read } from './reader-worker.ts'
import { walk } from './walker-worker.ts'

/** Only a thread whose work came to its end by itself is used again. */
async function doWork({ kind, data }: PoolWork): Promise<void> {
  try {
    if (kind === 'walk') walk(data)
    else await read(data)
    parentPort?.postMessage('idle' satisfies PoolReply)
  } catch (error) {
    if (!(error instanceof WorkCancelled)) {
      const code = error instanceof CofferError ? error.code : ''
      const failure: ThreadFailure = { kind: 'failed', code, text: messageOf(error) }
      parentPort?.postMessage(failure)
    }
    parentPort?.close()
  }
}

parentPort?.on('message', (work: PoolWork) => {
  void doWork(work)
})
parentPort?.postMessage('idle' satisfies PoolReply)
