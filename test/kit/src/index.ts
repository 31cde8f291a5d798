export { compareTrees } from './compare.ts'
export { coffer, DAEMONS, type DaemonName, startHost, type TestHost } from './host.ts'
export { run, type RunOptions, type RunResult } from './run.ts'
export { findPortBase, makeScratch, type Scratch } from './scratch.ts'
