// What the executable needs of the Director.
export { type DirectorConfig, loadDirectorConfig } from './config/load.ts'
export type { Director } from './director.ts'
export { type DirectorContext, type DirectorService, startDirector } from './director-service.ts'
export { openScanCatalog } from './scan-catalog.ts'
export { dumpCatalog, loadCatalog } from './dump-catalog.ts'
export { type CatalogFinding, checkCatalog } from './check-catalog.ts'
