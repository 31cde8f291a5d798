// Unique Job names: the resource's name, the second in which the Job was made, and a counter.
import { stampText } from '@coffer/core'

/** Gives out names such as "md5.2026-11-21_02.09.17_07"; no two of one issuer are equal. */
export class JobNames {
  #counter = 0
  #stamp = ''
  #inStamp = 0

  /** The next name of the Job resource `jobName`; blanks in it become underscores. */
  next(jobName: string, nowMs: number): string {
    const stamp = stampText(nowMs)
    this.#inStamp = stamp === this.#stamp ? this.#inStamp + 1 : 1
    this.#stamp = stamp
    this.#counter = (this.#counter + 1) % 60
    // The counter runs through 00 to 59 as Bareos's does; further Jobs of one second count on above it.
    const number = this.#inStamp <= 60 ? this.#counter : this.#inStamp
    return `${jobName.replaceAll(' ', '_')}.${stamp}_${String(number).padStart(2, '0')}`
  }
}
