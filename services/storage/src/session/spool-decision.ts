// Whether a batch goes into the spool as it is, or after what is there has gone to the Volume. Pure.

export interface SpoolState {
  /** Bytes of this Job that are in the spool. */
  readonly usedBytes: number
  /** 0: no limit. */
  readonly jobLimitBytes: number
  /** Bytes of all Jobs that spool for this Device. */
  readonly deviceUsedBytes: number
  /** 0: no limit. */
  readonly deviceLimitBytes: number
}

/** `pass`: it goes straight to the Volume, because there is no room for it that this Job could make. */
export type SpoolDecision = 'spool' | 'pass' | { readonly despool: 'job' | 'device' }

export function decideSpool(state: SpoolState, batchBytes: number): SpoolDecision {
  const full = fullLimit(state, batchBytes)
  if (full === undefined) return 'spool'
  return state.usedBytes > 0 ? { despool: full } : 'pass'
}

function fullLimit(state: SpoolState, batchBytes: number): 'job' | 'device' | undefined {
  const { usedBytes, jobLimitBytes, deviceUsedBytes, deviceLimitBytes } = state
  if (jobLimitBytes > 0 && usedBytes + batchBytes > jobLimitBytes) return 'job'
  if (deviceLimitBytes > 0 && deviceUsedBytes + batchBytes > deviceLimitBytes) return 'device'
  return undefined
}
