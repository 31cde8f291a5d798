export * from './directives.ts'
export * from './errors.ts'
