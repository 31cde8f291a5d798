// A reporter beside vitest's own: why each skipped test was skipped, which the JSON report leaves out.
import { writeFileSync } from 'node:fs'

export default class SkipReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const skips = []
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason = test.result().note ?? reasonFromMeta(test)
        skips.push({ file: module.relativeModuleId, suite: suiteOf(test), reason })
      }
    }
    writeFileSync(
      process.env.COFFER_SKIP_REPORT,
      JSON.stringify({ skips, unhandledErrors: unhandledErrors.length }),
    )
  }
}

// `describe.skipIf(reason)('…', { meta: { skipReason: reason } }, …)`
function reasonFromMeta(test) {
  for (let at = test; at && at.type !== 'module'; at = at.parent) {
    const reason = at.meta().skipReason
    if (reason) return reason
  }
  return undefined
}

function suiteOf(test) {
  let outer
  for (let at = test.parent; at && at.type !== 'module'; at = at.parent) outer = at
  return (outer ?? test).name
}
