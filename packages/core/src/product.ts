// What the program says of itself in banners, reports and status displays.

export const PRODUCT = {
  name: 'Coffer',
  version: '0.1.0',
  /** Day of the release, as reports and as banners show it. */
  shortDate: '21Nov26',
  longDate: '21 November 2026',
  /** What stands behind "binary info" in reports. */
  binary: 'self-compiled: open source under Apache-2.0',
} as const

/** "0.1.0 (21Nov26)": how a daemon names its version to others. */
export const PRODUCT_VERSION_TEXT = `${PRODUCT.version} (${PRODUCT.shortDate})`
