// The threads of backups. They outlive their Job and serve the next one: starting a thread and loading its modules
// costs 60 to 80 ms of processor time, ten times what a Job of one file needs.
import { EventEmitter } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { BackupThreadData, PoolReply, PoolWork } from './messages.ts'

/** Threads kept without work; one costs about 12 MB. */
const KEPT = Math.min(Math.max(availableParallelism() + 1, 2), 8)

interface ThreadEvents {
  message: [message: unknown]
  error: [error: unknown]
}

/** One piece of work on a thread of the pool. "message" is what the work posts, "error" what broke the thread. */
export class PooledThread extends EventEmitter<ThreadEvents> {
  readonly #pool: ThreadPool
  readonly #ended: Promise<void>
  #settle: () => void = () => undefined
  #worker: Worker | undefined
  readonly work: PoolWork

  constructor(pool: ThreadPool, work: PoolWork) {
    super()
    this.#pool = pool
    this.work = work
    this.#ended = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** The pool's: the work begins. */
  begin(worker: Worker): void {
    this.#worker = worker
    worker.ref()
    worker.postMessage(this.work, [this.work.data.mailbox.port])
  }

  /** The pool's: the thread is done with it, or gone. */
  settle(): void {
    this.#settle()
  }

  /** Waits for the end of the work; a thread that hangs in a system call beyond that time is left to the process's end. */
  async end(patienceMs: number): Promise<void> {
    if (this.#pool.withdraw(this)) return
    const timer = setTimeout(() => {
      this.#worker?.unref()
      void this.#worker?.terminate()
      this.#settle()
    }, patienceMs)
    await this.#ended
    clearTimeout(timer)
  }
}

/**
 * Work waits for a thread that becomes free, and one thread after the other is started for what still waits: a burst of
 * short Jobs shares a few threads, long ones get their own.
 */
export class ThreadPool {
  readonly #entry: URL
  readonly #waiting: PooledThread[] = []
  readonly #idle: Worker[] = []
  #isStarting = false

  /** `entry` is a compiled module that answers PoolWork with PoolReply. */
  constructor(entry: URL) {
    this.#entry = entry
  }

  run(kind: PoolWork['kind'], data: BackupThreadData): PooledThread {
    const thread = new PooledThread(this, { kind, data })
    this.#waiting.push(thread)
    // Whoever asked can still listen.
    queueMicrotask(() => {
      this.#serve()
    })
    return thread
  }

  /** Takes back work that no thread has begun; false when one has. */
  withdraw(thread: PooledThread): boolean {
    const at = this.#waiting.indexOf(thread)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  #serve(): void {
    for (;;) {
      const thread = this.#waiting[0]
      if (thread === undefined) break
      const worker = this.#idle.pop()
      if (worker === undefined) {
        if (!this.#isStarting) this.#start()
        return
      }
      this.#waiting.shift()
      this.#give(worker, thread)
    }
    for (const surplus of this.#idle.splice(KEPT)) void surplus.terminate()
  }

  #give(worker: Worker, thread: PooledThread): void {
    const onMessage = (message: unknown): void => {
      if (message !== ('idle' satisfies PoolReply)) {
        thread.emit('message', message)
        return
      }
      leave()
      this.#keep(worker)
    }
    const onError = (error: unknown): void => {
      if (thread.listenerCount('error') > 0) thread.emit('error', error)
    }
    // Not removeAllListeners: a Worker listens to itself to know whether anybody wants its messages.
    const leave = (): void => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', leave)
      thread.settle()
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', leave)
    thread.begin(worker)
  }

  #start(): void {
    this.#isStarting = true
    const worker = new Worker(this.#entry, {
      // None of the process's own arguments: those may be a test runner's.
      execArgv: [],
      // The walking thread opens files that reading threads close.
      trackUnmanagedFds: false,
    })
    const onError = (error: unknown): void => {
      this.#isStarting = false
      const thread = this.#waiting.shift()
      thread?.emit('error', error)
      thread?.settle()
      this.#serve()
    }
    worker.once('error', onError)
    worker.once('message', () => {
      worker.off('error', onError)
      this.#isStarting = false
      worker.once('exit', () => {
        const at = this.#idle.indexOf(worker)
        if (at >= 0) this.#idle.splice(at, 1)
      })
      this.#keep(worker)
    })
  }

  #keep(worker: Worker): void {
    this.#idle.push(worker)
    this.#serve()
    // The process may end whatever its idle threads do.
    if (this.#idle.includes(worker)) worker.unref()
  }
}

/** Threads run compiled code, also when a test runs this from its source. */
export const backupThreads = new ThreadPool(
  new URL('./backup-worker.js', import.meta.url.replace(/\/src\/(?!.*\/src\/)/u, '/dist/')),
)
