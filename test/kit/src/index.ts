export { type Bacula, type BaculaBackup, startBacula } from './bacula.ts'
export type { BaculaJob } from './bacula-config.ts'
export { BACULA_PEERS } from './bacula-programs.ts'
export { baculaBextract, baculaBls } from './bacula-tools.ts'
export { compareTrees } from './compare.ts'
export { llistField, queuedJobIds, reportField, terminations } from './outcome.ts'
export { COFFER, coffer, DAEMONS, type DaemonName, startHost, type TestHost } from './host.ts'
export { absentPeers } from './peers.ts'
export { run, type RunOptions, type RunResult } from './run.ts'
export { makeDeepTree, makeNastyTree, makePlainTree, noise } from './tree.ts'
export {
  type LongSource,
  makeLongSource,
  prepareLongBackup,
  setFileSet,
  startLongBackup,
} from './long-backup.ts'
export { mountSmallDisk, noSmallDisk, type SmallDisk } from './small-disk.ts'
export { type JobOutcome, Trial } from './trial.ts'
export { until } from './until.ts'
export { findPortBase, makeScratch, type Scratch } from './scratch.ts'
