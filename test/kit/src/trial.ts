// A host with a tree to back up, and what tests of faults do with it: run a Job, see how it ended, restore and compare.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compareTrees } from './compare.ts'
import { startHost, type TestHost } from './host.ts'
import {
  type LongSource,
  makeLongSource,
  prepareLongBackup,
  startLongBackup,
} from './long-backup.ts'
import { llistField, queuedJobIds, terminations } from './outcome.ts'
import { makeScratch, type Scratch } from './scratch.ts'

/** How a Job ended. */
export interface JobOutcome {
  readonly jobId: number
  /** Its JobStatus letter. */
  readonly status: string
  /** "Backup OK"; empty when it has no report. */
  readonly termination: string
  /** What the Catalog keeps of its log. */
  readonly log: string
}

export interface RestoreWishes {
  /** Below the scratch directory, new, when not given. */
  readonly where?: string
}

export class Trial {
  readonly host: TestHost
  readonly source: LongSource
  readonly #scratch: Scratch
  #restores = 0

  private constructor(host: TestHost, source: LongSource, scratch: Scratch) {
    this.host = host
    this.source = source
    this.#scratch = scratch
  }

  /** Starts a host whose default Job saves `source.small`; storage commits every second. */
  static async start(
    name: string,
    prepare: (draft: Pick<TestHost, 'path' | 'edit' | 'portBase'>) => Promise<void> = () =>
      Promise.resolve(),
  ): Promise<Trial> {
    const scratch = await makeScratch(name)
    const source = await makeLongSource(scratch.path)
    try {
      const host = await startHost(name, async (draft) => {
        await prepareLongBackup(draft, source)
        await prepare(draft)
      })
      return new Trial(host, source, scratch)
    } catch (error) {
      await scratch.remove()
      throw error
    }
  }

  /** For whatever the test needs beside the host. */
  get path(): string {
    return this.#scratch.path
  }

  /** Runs a Full to its end, with the configuration as the files say it now. */
  backUp(): Promise<JobOutcome> {
    return this.#runToEnd(['reload', 'run job=backup-coffer-fd level=Full yes'])
  }

  /** Starts a backup that does not end by itself; everything of `source.small` is committed when it resolves. */
  startLongBackup(): Promise<number> {
    return startLongBackup(this.host, this.source)
  }

  /** Restores all that a Job saved; `where` is new and is given back. */
  async restore(
    jobId: number,
    wishes: RestoreWishes = {},
  ): Promise<JobOutcome & { readonly where: string }> {
    this.#restores += 1
    const where = wishes.where ?? join(this.path, `restored-${String(this.#restores)}`)
    const line = `restore jobid=${String(jobId)} where=${where} all done yes`
    return { ...(await this.#runToEnd([line])), where }
  }

  /** What is different after a restore of the Job from `source.small`; how the restore ended when that was not good. */
  async restoreDifferences(jobId: number): Promise<readonly string[]> {
    const { status, log, where } = await this.restore(jobId)
    if (status !== 'T') return [`the restore ended with ${status}`, ...log.split('\n')]
    const { small } = this.source
    const differences = await compareTrees(small, join(where, small))
    await rm(where, { recursive: true })
    return differences
  }

  /** How a Job ended, once it has. */
  async outcomeOf(jobId: number): Promise<JobOutcome> {
    const said = await this.host.console([
      `wait jobid=${String(jobId)}`,
      `llist jobid=${String(jobId)}`,
      `list joblog jobid=${String(jobId)}`,
    ])
    return {
      jobId,
      status: llistField(said, 'jobstatus') ?? '',
      termination: terminations(said).at(-1) ?? '',
      log: said.slice(said.lastIndexOf('list joblog')),
    }
  }

  async close(): Promise<void> {
    await this.host.close()
    await this.#scratch.remove()
  }

  async #runToEnd(lines: readonly string[]): Promise<JobOutcome> {
    const said = await this.host.console(lines)
    const jobId = queuedJobIds(said)[0]
    if (jobId === undefined) throw new Error(`no Job was queued:\n${said}`)
    return this.outcomeOf(jobId)
  }
}
