// What every timer of the Director has to mind.

/** A timer counts 2^31 ms at most: what is later is looked at again in between. */
export const MAXIMUM_TIMER_MS = 2 ** 31 - 1
