// Numbers as text in the forms that Bareos prints.

/** "3,495,796". Fractions are cut off. */
export function withCommas(value: number): string {
  const digits = Math.trunc(Math.abs(value)).toString()
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ',')
  return value < 0 ? `-${grouped}` : grouped
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** "3.495 MB", "0 B": units of 1000, cut off after three digits and not rounded. */
export function byteCountText(bytes: number): string {
  const groups = withCommas(bytes).split(',')
  const unit = BYTE_UNITS[groups.length - 1] ?? ''
  const fraction = groups.length > 1 ? `.${groups[1] ?? ''}` : ''
  return `${groups[0] ?? ''}${fraction} ${unit}`
}
