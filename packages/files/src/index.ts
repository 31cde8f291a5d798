export {
  createRestorer,
  type RestoreOptions,
  type RestoreProblem,
  type RestoreRecord,
  type RestoreTotals,
  type RestoredFile,
  type Restorer,
} from './restore/restorer.ts'
export { isReplacePolicy, type ReplacePolicy } from './restore/replace.ts'
export { compileRelocation, type CompiledRelocation, type Relocation } from './restore/where.ts'
