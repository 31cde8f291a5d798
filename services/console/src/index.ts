// The console: a thin client of the Director.
export { type ConsoleStreams, runConsole } from './run-console.ts'
export { loadConsoleConfig, type ConsoleConfig } from './config/load.ts'
