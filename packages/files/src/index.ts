export {
  createRestorer,
  type ReplacePolicy,
  type RestoreOptions,
  type RestoreProblem,
  type RestoreRecord,
  type RestoreTotals,
  type RestoredFile,
  type Restorer,
} from './restore/restorer.ts'
export { compileRelocation, type CompiledRelocation, type Relocation } from './restore/where.ts'
