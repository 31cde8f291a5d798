export { commandComplaint } from './command-complaint.ts'
export * from './command-line.ts'
export * from './config-file.ts'
export {
  type DaemonArguments,
  EXIT_CODES,
  type ExitCode,
  parseDaemonArguments,
  type ParsedArguments,
} from './arguments.ts'
export {
  type CommandOptions,
  type CommandResult,
  type ProcessEnd,
  type ProcessOptions,
  runCommand,
  type RunningProcess,
  startProcess,
} from './exec.ts'
export { applyDebug, type DebugRequest, resolveHost } from './control.ts'
export {
  createDaemonLog,
  type DaemonLogOptions,
  type DebugChange,
  type DebugControl,
  type DebugState,
} from './debug.ts'
export {
  createLog,
  levelOfDebugNumber,
  type Log,
  type LogFields,
  type LogLevel,
  type LogOptions,
} from './log.ts'
export {
  type DaemonService,
  type DaemonStart,
  runDaemon,
  type RunDaemonOptions,
} from './run-daemon.ts'
export {
  type BackgroundDaemon,
  type BackgroundOptions,
  startInBackground,
} from './background.ts'
export { findDaemon } from './pid-file.ts'
export { readOsName } from './host.ts'
