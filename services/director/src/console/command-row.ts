// What the console knows about one command besides how to do it.

/** One command. The order of the rows is Bareos's: the first row that begins with what was typed wins. */
export interface CommandRow {
  readonly name: string
  readonly description: string
  /** Lines of the argument summary. */
  readonly usage: readonly string[]
  /** May stand in the Console directive of a RunScript. */
  readonly inRunScript?: true
  /** Written to the audit trail when it is typed. */
  readonly isAudited?: true
  /** May make a Volume fit to be written: Jobs that wait for one are told. */
  readonly changesVolumes?: true
  /** Known from Bareos, not part of Coffer yet: refused with a message that says so. */
  readonly isAbsent?: true
}
