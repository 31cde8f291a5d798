// Reads what the console printed of Jobs.

/** JobIds in the order in which they were queued. */
export function queuedJobIds(said: string): number[] {
  return [...said.matchAll(/Job queued\. JobId=(\d+)/g)].map((match) => Number(match[1]))
}

/** The "Termination:" texts of the reports, in order. */
export function terminations(said: string): string[] {
  return [...said.matchAll(/^ {2}Termination: +(.+)$/gm)].map((match) => match[1] ?? '')
}

/** The value of a report's field ("FD Files Written"); the last report counts. */
export function reportField(said: string, field: string): string | undefined {
  const values = [...said.matchAll(new RegExp(`^  ${field}: *(.*)$`, 'gm'))]
  return values.at(-1)?.[1]
}

/** A Job as `llist jobid=` shows it: the value of one of its columns. */
export function llistField(said: string, column: string): string | undefined {
  return new RegExp(`^ *${column}: (.*)$`, 'm').exec(said)?.[1]?.trim()
}
