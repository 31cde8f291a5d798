// A Job that an operator is about to run: its resource's name and what goes over the resource.
import type { DirectorConfig } from '../config/load.ts'
import { type JobOverrides, type JobRequest, makeJobRequest } from '../job/request.ts'

export interface RunDraft {
  readonly jobName: string
  readonly overrides: JobOverrides
  /** Path of the file that the bootstrap of a restore was written to or read from. */
  readonly bootstrapFile?: string
}

/** The draft with more overrides; an override that is undefined stays as it was. */
export function withOverrides(draft: RunDraft, overrides: JobOverrides): RunDraft {
  return { ...draft, overrides: { ...draft.overrides, ...overrides } }
}

/** The request that the draft stands for now. */
export function draftRequest(config: DirectorConfig, draft: RunDraft, nowMs: number): JobRequest {
  return makeJobRequest(config, draft.jobName, {
    overrides: draft.overrides,
    trigger: 'User',
    nowMs,
  })
}
