export { type FiledConfig, loadFiledConfig } from './config/load.ts'
export { type Filed, type FiledContext, startFiled } from './filed.ts'
