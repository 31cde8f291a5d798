// Places where a test may stop, slow down or break a storage daemon. A daemon in use has none.

export const FAULT_POINTS = [
  'block-written',
  'before-sync',
  'before-commit',
  'after-commit',
  'before-end-label',
] as const
export type FaultPoint = (typeof FAULT_POINTS)[number]

/** Called when a session reaches the point; throwing is what happens there then. */
export interface FaultPoints {
  reach(point: FaultPoint): void | Promise<void>
}
