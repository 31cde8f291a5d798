// Which drive of an autochanger serves a medium. Pure.

export interface DriveState {
  readonly index: number
  /** Jobs that read or write what is in it. */
  readonly users: number
  /** 0: empty. */
  readonly slot: number | undefined
  /** Taken away by an operator. */
  readonly isUnmounted: boolean
}

/**
 * The drive that has the medium already, whoever uses it; else an idle one, rather empty than loaded. Undefined when all
 * are in use for other media, or the medium is in a drive that was taken away: somebody has to wait.
 */
export function chooseDrive<Drive extends DriveState>(
  drives: readonly Drive[],
  slot: number,
): Drive | undefined {
  const holder = drives.find((drive) => drive.slot === slot)
  if (holder !== undefined) return holder.isUnmounted ? undefined : holder
  const idle = drives.filter((drive) => drive.users === 0 && !drive.isUnmounted)
  return idle.find((drive) => drive.slot === 0) ?? idle[0]
}
