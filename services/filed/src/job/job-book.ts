// The Jobs of this daemon: those that run, and the last ones that ended, which outlive a restart for `status client`.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CofferError } from '@coffer/core'
import type { JobRef, JobStatusLineInit } from '@coffer/wire'

/** What a running Job says of itself when it is asked. */
export interface JobCounts {
  readonly files: number
  readonly bytes: number
  readonly errors: number
  readonly examined: number
  readonly current: Uint8Array
}

/** A Job's place in the book. */
export interface BookedJob {
  /** Takes it out, with how it ended. */
  end(status: string, counts: JobCounts): Promise<void>
}

interface RunningJob {
  readonly ref: JobRef
  readonly startMs: number
  readonly counts: () => JobCounts
}

const KEPT = 10

export class JobBook {
  readonly #file: string
  readonly #limit: number
  readonly #nowMs: () => number
  readonly #running = new Set<RunningJob>()
  #ended: JobStatusLineInit[] = []
  #ranCount = 0

  constructor(options: {
    readonly workingDirectory: string
    readonly daemon: string
    /** Jobs that may run at the same time. */
    readonly limit: number
    readonly nowMs: () => number
  }) {
    this.#file = join(options.workingDirectory, `${options.daemon}.ended-jobs.json`)
    this.#limit = options.limit
    this.#nowMs = options.nowMs
  }

  /** Jobs that ended since this daemon started. */
  get ranCount(): number {
    return this.#ranCount
  }

  get running(): JobStatusLineInit[] {
    return [...this.#running].map((job) => this.#line(job, 'R', job.counts()))
  }

  /** Oldest first. */
  get ended(): readonly JobStatusLineInit[] {
    return this.#ended
  }

  /** Reads what an earlier process left; a lost or damaged file costs the display its past and nothing else. */
  async load(): Promise<void> {
    try {
      const parsed: unknown = JSON.parse(await readFile(this.#file, 'utf8'))
      if (Array.isArray(parsed)) this.#ended = parsed.filter(isLine).slice(-KEPT)
    } catch {
      this.#ended = []
    }
  }

  /** Throws `peer-busy` when as many Jobs run as may. */
  begin(ref: JobRef, counts: () => JobCounts): BookedJob {
    if (this.#running.size >= this.#limit) {
      throw new CofferError('peer-busy', `${this.#limit} Jobs are running, as many as may`)
    }
    const job: RunningJob = { ref, startMs: this.#nowMs(), counts }
    this.#running.add(job)
    return {
      end: async (status, last) => {
        if (!this.#running.delete(job)) return
        this.#ranCount += 1
        const line = { ...this.#line(job, status, last), endMs: this.#nowMs() }
        // The path in hand is of no use afterwards, and bytes do not go well into JSON.
        this.#ended = [...this.#ended, { ...line, current: undefined }].slice(-KEPT)
        await this.#save()
      },
    }
  }

  #line({ ref, startMs }: RunningJob, status: string, counts: JobCounts): JobStatusLineInit {
    const { jobId, job, level, type } = ref
    const { files, bytes, errors, examined, current } = counts
    const seconds = Math.max((this.#nowMs() - startMs) / 1000, 1)
    return {
      jobId,
      job,
      level,
      type,
      status,
      files,
      bytes,
      errors,
      startMs,
      filesExamined: examined,
      current,
      lastBytesPerSecond: Math.round(bytes / seconds),
    }
  }

  async #save(): Promise<void> {
    const temporary = `${this.#file}.new`
    try {
      await writeFile(temporary, JSON.stringify(this.#ended), { mode: 0o600 })
      await rename(temporary, this.#file)
    } catch {
      // The display is not worth a Job.
    }
  }
}

function isLine(value: unknown): value is JobStatusLineInit {
  return typeof value === 'object' && value !== null && 'jobId' in value && 'job' in value
}
