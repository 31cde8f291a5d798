export * from './command-line.ts'
export * from './config-file.ts'
