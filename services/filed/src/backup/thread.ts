// Starts the threads of Jobs.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { MailboxEnd } from './mailbox.ts'

/**
 * A thread with the entry `name` beside `module`. Threads run compiled code, also when a test runs this from its source,
 * and none of the process's own arguments: those may be a test runner's.
 */
export function startThread(
  module: string,
  name: string,
  data: { readonly mailbox: MailboxEnd },
): Worker {
  return new Worker(new URL(`./${name}.js`, module.replace(/\/src\/(?!.*\/src\/)/u, '/dist/')), {
    workerData: data,
    transferList: [data.mailbox.port],
    execArgv: [],
    // The walking thread opens files that reading threads close.
    trackUnmanagedFds: false,
  })
}

/** Waits until the thread is gone; one that hangs in a system call beyond that time is left to the process's end. */
export async function threadEnd(worker: Worker, patienceMs: number): Promise<void> {
  if (worker.threadId === -1) return
  // An error of the thread was told to whoever started it.
  const exit = once(worker, 'exit').catch(() => undefined)
  const timer = setTimeout(() => {
    worker.unref()
    void worker.terminate()
    worker.emit('exit', 1)
  }, patienceMs)
  await exit
  clearTimeout(timer)
}
