// The last Jobs that ended here, kept over a restart for `status storage`.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobStatusLineInit } from '@coffer/wire'

/** As many as Bareos shows. */
const KEPT = 10

/** A lost or damaged file costs the display its past and nothing else. */
export class EndedJobs {
  readonly #path: string
  #jobs: JobStatusLineInit[] = []
  #ranCount = 0

  constructor(workingDirectory: string, daemon: string) {
    this.#path = join(workingDirectory, `${daemon}.ended-jobs.json`)
  }

  /** Oldest first. */
  get jobs(): readonly JobStatusLineInit[] {
    return this.#jobs
  }

  /** Jobs that ended since this daemon started. */
  get ranCount(): number {
    return this.#ranCount
  }

  async load(): Promise<void> {
    try {
      const parsed: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      if (Array.isArray(parsed)) this.#jobs = parsed.filter(isJobLine).slice(-KEPT)
    } catch {
      this.#jobs = []
    }
  }

  async add(job: JobStatusLineInit): Promise<void> {
    this.#ranCount++
    this.#jobs = [...this.#jobs, job].slice(-KEPT)
    const temporary = `${this.#path}.new`
    try {
      await writeFile(temporary, JSON.stringify(this.#jobs), { mode: 0o600 })
      await rename(temporary, this.#path)
    } catch {
      // The display is not worth a Job.
    }
  }
}

function isJobLine(value: unknown): value is JobStatusLineInit {
  return typeof value === 'object' && value !== null && 'jobId' in value && 'job' in value
}
