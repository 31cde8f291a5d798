export { type FiledConfig, loadFiledConfig } from './config/load.ts'
export { type Filed, type FiledContext, startFiled } from './filed.ts'
export { hookDirectory } from './hooks/hook-directory.ts'
export { type Hook, listHooks } from './hooks/hook-list.ts'
