export { type Bacula, type BaculaBackup, type BaculaSetup, startBacula } from './bacula.ts'
export type { BaculaDatabase, BaculaJob, BaculaTls } from './bacula-config.ts'
export { BACULA_PEERS, baculaTables } from './bacula-programs.ts'
export { baculaBextract, baculaBls } from './bacula-tools.ts'
export { compareTrees } from './compare.ts'
export { llistField, queuedJobIds, reportField, terminations } from './outcome.ts'
export { type CertifiedKey, makeCertifiedKey } from './certified-key.ts'
export { COFFER, coffer, DAEMONS, type DaemonName, startHost, type TestHost } from './host.ts'
export { absentPeers, unpackedPeer } from './peers.ts'
export { type Icinga2, ICINGA2_PEERS, startIcinga2 } from './icinga2.ts'
export { NAGIOS_PEERS, type Monitor, type ServiceState, startNagios } from './nagios.ts'
export { type Nsca, NSCA_PEERS, startNsca } from './nsca.ts'
export { run, type RunOptions, type RunResult } from './run.ts'
export { makeDeepTree, makeNastyTree, makePlainTree, noise } from './tree.ts'
export {
  type LongSource,
  makeLongSource,
  prepareLongBackup,
  setFileSet,
  startLongBackup,
} from './long-backup.ts'
export { SecondStorage } from './second-storage.ts'
export { mountSmallDisk, noSmallDisk, type SmallDisk } from './small-disk.ts'
export { type JobOutcome, Trial } from './trial.ts'
export { until } from './until.ts'
export { findPortBase, makeScratch, type Scratch } from './scratch.ts'
