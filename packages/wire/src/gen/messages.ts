// Generated from proto/ by `npm run gen`; do not edit.
// `X` is a received message, every field present; `XInit` is what may be sent: absent fields stay at their default.

export interface AppendEvent {
  readonly durableFileIndex: number
  readonly end: boolean
}

export interface AppendEventInit {
  readonly durableFileIndex?: number | undefined
  readonly end?: boolean | undefined
}

export interface AttributeChunk {
  readonly records: Buffer
}

export interface AttributeChunkInit {
  readonly records?: Uint8Array | undefined
}

export type BackupCommand =
  | { readonly command: 'start'; readonly start: BackupStart }
  | { readonly command: 'fileset'; readonly fileset: FileSetPiece }
  | { readonly command: 'known'; readonly known: KnownFiles }
  | { readonly command: 'go'; readonly go: Empty }

export type BackupCommandInit =
  | { readonly command: 'start'; readonly start: BackupStartInit }
  | { readonly command: 'fileset'; readonly fileset: FileSetPieceInit }
  | { readonly command: 'known'; readonly known: KnownFilesInit }
  | { readonly command: 'go'; readonly go: EmptyInit }

export type BackupSessionCommand =
  | { readonly command: 'start'; readonly start: BackupSessionStart }
  | { readonly command: 'volume'; readonly volume: VolumeAnswer }
  | { readonly command: 'committed'; readonly committed: CommitDone }
  | { readonly command: 'end'; readonly end: Empty }

export type BackupSessionCommandInit =
  | { readonly command: 'start'; readonly start: BackupSessionStartInit }
  | { readonly command: 'volume'; readonly volume: VolumeAnswerInit }
  | { readonly command: 'committed'; readonly committed: CommitDoneInit }
  | { readonly command: 'end'; readonly end: EmptyInit }

export type BackupSessionEvent =
  | { readonly event: 'opened'; readonly opened: SessionOpened }
  | { readonly event: 'needVolume'; readonly needVolume: NeedVolume }
  | { readonly event: 'message'; readonly message: JobMessage }
  | { readonly event: 'attributes'; readonly attributes: AttributeChunk }
  | { readonly event: 'commit'; readonly commit: Commit }
  | { readonly event: 'volume'; readonly volume: VolumeUpdate }
  | { readonly event: 'progress'; readonly progress: Progress }
  | { readonly event: 'end'; readonly end: SessionEnd }

export type BackupSessionEventInit =
  | { readonly event: 'opened'; readonly opened: SessionOpenedInit }
  | { readonly event: 'needVolume'; readonly needVolume: NeedVolumeInit }
  | { readonly event: 'message'; readonly message: JobMessageInit }
  | { readonly event: 'attributes'; readonly attributes: AttributeChunkInit }
  | { readonly event: 'commit'; readonly commit: CommitInit }
  | { readonly event: 'volume'; readonly volume: VolumeUpdateInit }
  | { readonly event: 'progress'; readonly progress: ProgressInit }
  | { readonly event: 'end'; readonly end: SessionEndInit }

export interface BackupSessionStart {
  readonly job: JobRef | null
  readonly device: string
  readonly mediaType: string
  readonly pool: string
  readonly poolType: string
  readonly key: string
  readonly filesetMd5: string
  readonly heartbeatMs: number
  readonly sources: readonly RecordSource[]
  readonly spoolData: boolean
  readonly spoolSize: number
  readonly spoolAttributes: boolean
}

export interface BackupSessionStartInit {
  readonly job?: JobRefInit | null | undefined
  readonly device?: string | undefined
  readonly mediaType?: string | undefined
  readonly pool?: string | undefined
  readonly poolType?: string | undefined
  readonly key?: string | undefined
  readonly filesetMd5?: string | undefined
  readonly heartbeatMs?: number | undefined
  readonly sources?: readonly RecordSourceInit[] | undefined
  readonly spoolData?: boolean | undefined
  readonly spoolSize?: number | undefined
  readonly spoolAttributes?: boolean | undefined
}

export interface BackupStart {
  readonly job: JobRef | null
  readonly sinceMs: number
  readonly fileset: FileSet | null
  readonly storage: StorageTicket | null
  readonly accurate: boolean
  readonly heartbeatMs: number
  readonly directorMs: number
  readonly more: boolean
}

export interface BackupStartInit {
  readonly job?: JobRefInit | null | undefined
  readonly sinceMs?: number | undefined
  readonly fileset?: FileSetInit | null | undefined
  readonly storage?: StorageTicketInit | null | undefined
  readonly accurate?: boolean | undefined
  readonly heartbeatMs?: number | undefined
  readonly directorMs?: number | undefined
  readonly more?: boolean | undefined
}

export interface BandwidthRequest {
  readonly job: string
  readonly limit: number
}

export interface BandwidthRequestInit {
  readonly job?: string | undefined
  readonly limit?: number | undefined
}

export interface BandwidthResponse {
  readonly jobs: number
}

export interface BandwidthResponseInit {
  readonly jobs?: number | undefined
}

export interface BootstrapPiece {
  readonly text: string
  readonly isLast: boolean
}

export interface BootstrapPieceInit {
  readonly text?: string | undefined
  readonly isLast?: boolean | undefined
}

export interface Commit {
  readonly number: number
  readonly jobMedia: readonly JobMedia[]
  readonly volumes: readonly Volume[]
  readonly files: number
  readonly bytes: number
}

export interface CommitInit {
  readonly number?: number | undefined
  readonly jobMedia?: readonly JobMediaInit[] | undefined
  readonly volumes?: readonly VolumeInit[] | undefined
  readonly files?: number | undefined
  readonly bytes?: number | undefined
}

export interface CommitDone {
  readonly number: number
}

export interface CommitDoneInit {
  readonly number?: number | undefined
}

export interface ConsoleCompletions {
  readonly candidates: readonly Buffer[]
}

export interface ConsoleCompletionsInit {
  readonly candidates?: readonly Uint8Array[] | undefined
}

export interface ConsoleEnd {
  readonly exitCode: number
}

export interface ConsoleEndInit {
  readonly exitCode?: number | undefined
}

export interface ConsoleHello {
  readonly version: string
  readonly interactive: boolean
  readonly columns: number
}

export interface ConsoleHelloInit {
  readonly version?: string | undefined
  readonly interactive?: boolean | undefined
  readonly columns?: number | undefined
}

export type ConsoleInput =
  | { readonly input: 'hello'; readonly hello: ConsoleHello }
  | { readonly input: 'line'; readonly line: Buffer }
  | { readonly input: 'interrupt'; readonly interrupt: Empty }
  | { readonly input: 'complete'; readonly complete: Buffer }

export type ConsoleInputInit =
  | { readonly input: 'hello'; readonly hello: ConsoleHelloInit }
  | { readonly input: 'line'; readonly line: Uint8Array }
  | { readonly input: 'interrupt'; readonly interrupt: EmptyInit }
  | { readonly input: 'complete'; readonly complete: Uint8Array }

export type ConsoleOutput =
  | { readonly output: 'text'; readonly text: Buffer }
  | { readonly output: 'prompt'; readonly prompt: ConsolePrompt }
  | { readonly output: 'completions'; readonly completions: ConsoleCompletions }
  | { readonly output: 'end'; readonly end: ConsoleEnd }
  | { readonly output: 'progress'; readonly progress: ConsoleProgress }

export type ConsoleOutputInit =
  | { readonly output: 'text'; readonly text: Uint8Array }
  | { readonly output: 'prompt'; readonly prompt: ConsolePromptInit }
  | { readonly output: 'completions'; readonly completions: ConsoleCompletionsInit }
  | { readonly output: 'end'; readonly end: ConsoleEndInit }
  | { readonly output: 'progress'; readonly progress: ConsoleProgressInit }

export interface ConsoleProgress {
  readonly jobId: number
  readonly files: number
  readonly bytes: number
  readonly bytesPerSecond: number
  readonly expectedFiles: number
  readonly expectedBytes: number
  readonly secondsLeft: number
}

export interface ConsoleProgressInit {
  readonly jobId?: number | undefined
  readonly files?: number | undefined
  readonly bytes?: number | undefined
  readonly bytesPerSecond?: number | undefined
  readonly expectedFiles?: number | undefined
  readonly expectedBytes?: number | undefined
  readonly secondsLeft?: number | undefined
}

export interface ConsolePrompt {
  readonly kind: string
  readonly text: string
  readonly messagesPending: boolean
}

export interface ConsolePromptInit {
  readonly kind?: string | undefined
  readonly text?: string | undefined
  readonly messagesPending?: boolean | undefined
}

export interface DaemonInfo {
  readonly name: string
  readonly version: string
  readonly os: string
  readonly startedMs: number
  readonly jobsRun: number
  readonly jobsRunning: number
  readonly debugLevel: number
  readonly trace: boolean
  readonly bandwidthLimit: number
  readonly memoryRssBytes: number
}

export interface DaemonInfoInit {
  readonly name?: string | undefined
  readonly version?: string | undefined
  readonly os?: string | undefined
  readonly startedMs?: number | undefined
  readonly jobsRun?: number | undefined
  readonly jobsRunning?: number | undefined
  readonly debugLevel?: number | undefined
  readonly trace?: boolean | undefined
  readonly bandwidthLimit?: number | undefined
  readonly memoryRssBytes?: number | undefined
}

export interface DebugRequest {
  readonly level: number
  readonly trace: number
}

export interface DebugRequestInit {
  readonly level?: number | undefined
  readonly trace?: number | undefined
}

export interface DebugResponse {
  readonly level: number
  readonly trace: boolean
  readonly traceFile: string
}

export interface DebugResponseInit {
  readonly level?: number | undefined
  readonly trace?: boolean | undefined
  readonly traceFile?: string | undefined
}

export interface DeviceRequest {
  readonly device: string
  readonly slot: number
  readonly drive: number
}

export interface DeviceRequestInit {
  readonly device?: string | undefined
  readonly slot?: number | undefined
  readonly drive?: number | undefined
}

export interface DeviceResponse {
  readonly ok: boolean
  readonly text: string
  readonly device: string
  readonly archiveDevice: string
}

export interface DeviceResponseInit {
  readonly ok?: boolean | undefined
  readonly text?: string | undefined
  readonly device?: string | undefined
  readonly archiveDevice?: string | undefined
}

export interface DeviceStatus {
  readonly name: string
  readonly archiveDevice: string
  readonly mediaType: string
  readonly volume: string
  readonly pool: string
  readonly open: boolean
  readonly state: string
  readonly totalBytes: number
  readonly blocks: number
  readonly file: number
  readonly block: number
  readonly blocked: string
  readonly readers: number
  readonly writers: number
  readonly autochanger: string
  readonly loaded: string
}

export interface DeviceStatusInit {
  readonly name?: string | undefined
  readonly archiveDevice?: string | undefined
  readonly mediaType?: string | undefined
  readonly volume?: string | undefined
  readonly pool?: string | undefined
  readonly open?: boolean | undefined
  readonly state?: string | undefined
  readonly totalBytes?: number | undefined
  readonly blocks?: number | undefined
  readonly file?: number | undefined
  readonly block?: number | undefined
  readonly blocked?: string | undefined
  readonly readers?: number | undefined
  readonly writers?: number | undefined
  readonly autochanger?: string | undefined
  readonly loaded?: string | undefined
}

export type Empty = Readonly<Record<string, never>>

export type EmptyInit = Readonly<Record<string, never>>

export type EstimateEvent =
  | { readonly event: 'line'; readonly line: EstimateLine }
  | { readonly event: 'message'; readonly message: JobMessage }
  | { readonly event: 'total'; readonly total: EstimateTotal }

export type EstimateEventInit =
  | { readonly event: 'line'; readonly line: EstimateLineInit }
  | { readonly event: 'message'; readonly message: JobMessageInit }
  | { readonly event: 'total'; readonly total: EstimateTotalInit }

export interface EstimateLine {
  readonly text: Buffer
}

export interface EstimateLineInit {
  readonly text?: Uint8Array | undefined
}

export interface EstimateRequest {
  readonly job: JobRef | null
  readonly sinceMs: number
  readonly fileset: FileSet | null
  readonly listing: boolean
}

export interface EstimateRequestInit {
  readonly job?: JobRefInit | null | undefined
  readonly sinceMs?: number | undefined
  readonly fileset?: FileSetInit | null | undefined
  readonly listing?: boolean | undefined
}

export interface EstimateTotal {
  readonly files: number
  readonly bytes: number
}

export interface EstimateTotalInit {
  readonly files?: number | undefined
  readonly bytes?: number | undefined
}

export interface FileOptions {
  readonly signature: string
  readonly compression: string
  readonly compressionLevel: number
  readonly oneFs: boolean
  readonly recurse: boolean
  readonly sparse: boolean
  readonly hardLinks: boolean
  readonly noAtime: boolean
  readonly keepAtime: boolean
  readonly mtimeOnly: boolean
  readonly checkFileChanges: boolean
  readonly readFifo: boolean
  readonly ignoreCase: boolean
  readonly honorNoDump: boolean
  readonly aclSupport: boolean
  readonly xattrSupport: boolean
  readonly exclude: boolean
  readonly wild: readonly string[]
  readonly wildDir: readonly string[]
  readonly wildFile: readonly string[]
  readonly regex: readonly string[]
  readonly regexDir: readonly string[]
  readonly regexFile: readonly string[]
  readonly fsType: readonly string[]
  readonly size: SizeMatch | null
  readonly stripPath: number
  readonly verify: string
  readonly accurate: string
  readonly shadowing: string
  readonly plugins: readonly string[]
  readonly encryption: string
  readonly forceEncryption: boolean
}

export interface FileOptionsInit {
  readonly signature?: string | undefined
  readonly compression?: string | undefined
  readonly compressionLevel?: number | undefined
  readonly oneFs?: boolean | undefined
  readonly recurse?: boolean | undefined
  readonly sparse?: boolean | undefined
  readonly hardLinks?: boolean | undefined
  readonly noAtime?: boolean | undefined
  readonly keepAtime?: boolean | undefined
  readonly mtimeOnly?: boolean | undefined
  readonly checkFileChanges?: boolean | undefined
  readonly readFifo?: boolean | undefined
  readonly ignoreCase?: boolean | undefined
  readonly honorNoDump?: boolean | undefined
  readonly aclSupport?: boolean | undefined
  readonly xattrSupport?: boolean | undefined
  readonly exclude?: boolean | undefined
  readonly wild?: readonly string[] | undefined
  readonly wildDir?: readonly string[] | undefined
  readonly wildFile?: readonly string[] | undefined
  readonly regex?: readonly string[] | undefined
  readonly regexDir?: readonly string[] | undefined
  readonly regexFile?: readonly string[] | undefined
  readonly fsType?: readonly string[] | undefined
  readonly size?: SizeMatchInit | null | undefined
  readonly stripPath?: number | undefined
  readonly verify?: string | undefined
  readonly accurate?: string | undefined
  readonly shadowing?: string | undefined
  readonly plugins?: readonly string[] | undefined
  readonly encryption?: string | undefined
  readonly forceEncryption?: boolean | undefined
}

export interface FileRange {
  readonly from: number
  readonly to: number
}

export interface FileRangeInit {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface FileSet {
  readonly name: string
  readonly includes: readonly Include[]
  readonly excludes: readonly Buffer[]
}

export interface FileSetInit {
  readonly name?: string | undefined
  readonly includes?: readonly IncludeInit[] | undefined
  readonly excludes?: readonly Uint8Array[] | undefined
}

export interface FileSetPiece {
  readonly include: number
  readonly files: readonly Buffer[]
  readonly excludes: readonly Buffer[]
}

export interface FileSetPieceInit {
  readonly include?: number | undefined
  readonly files?: readonly Uint8Array[] | undefined
  readonly excludes?: readonly Uint8Array[] | undefined
}

export interface FiledReady {
  readonly version: string
  readonly os: string
  readonly xattrSupport: boolean
  readonly aclSupport: boolean
}

export interface FiledReadyInit {
  readonly version?: string | undefined
  readonly os?: string | undefined
  readonly xattrSupport?: boolean | undefined
  readonly aclSupport?: boolean | undefined
}

export interface FiledStatus {
  readonly daemon: DaemonInfo | null
  readonly running: readonly JobStatusLine[]
  readonly terminated: readonly JobStatusLine[]
  readonly director: string
  readonly directorConnectedMs: number
  readonly plugins: readonly string[]
}

export interface FiledStatusInit {
  readonly daemon?: DaemonInfoInit | null | undefined
  readonly running?: readonly JobStatusLineInit[] | undefined
  readonly terminated?: readonly JobStatusLineInit[] | undefined
  readonly director?: string | undefined
  readonly directorConnectedMs?: number | undefined
  readonly plugins?: readonly string[] | undefined
}

export interface FindVolumesRequest {
  readonly device: string
  readonly volumes: readonly string[]
}

export interface FindVolumesRequestInit {
  readonly device?: string | undefined
  readonly volumes?: readonly string[] | undefined
}

export interface FindVolumesResponse {
  readonly missing: readonly MissingVolume[]
}

export interface FindVolumesResponseInit {
  readonly missing?: readonly MissingVolumeInit[] | undefined
}

export interface Include {
  readonly options: readonly FileOptions[]
  readonly files: readonly Buffer[]
  readonly plugins: readonly string[]
  readonly excludeDirContaining: readonly string[]
}

export interface IncludeInit {
  readonly options?: readonly FileOptionsInit[] | undefined
  readonly files?: readonly Uint8Array[] | undefined
  readonly plugins?: readonly string[] | undefined
  readonly excludeDirContaining?: readonly string[] | undefined
}

export interface JobEnd {
  readonly status: string
  readonly files: number
  readonly bytes: number
  readonly readBytes: number
  readonly errors: number
  readonly compressionPercent: number
  readonly compression: string
  readonly encrypted: boolean
  readonly differences: number
}

export interface JobEndInit {
  readonly status?: string | undefined
  readonly files?: number | undefined
  readonly bytes?: number | undefined
  readonly readBytes?: number | undefined
  readonly errors?: number | undefined
  readonly compressionPercent?: number | undefined
  readonly compression?: string | undefined
  readonly encrypted?: boolean | undefined
  readonly differences?: number | undefined
}

export type JobEvent =
  | { readonly event: 'message'; readonly message: JobMessage }
  | { readonly event: 'progress'; readonly progress: Progress }
  | { readonly event: 'end'; readonly end: JobEnd }
  | { readonly event: 'ready'; readonly ready: FiledReady }
  | { readonly event: 'attributes'; readonly attributes: AttributeChunk }

export type JobEventInit =
  | { readonly event: 'message'; readonly message: JobMessageInit }
  | { readonly event: 'progress'; readonly progress: ProgressInit }
  | { readonly event: 'end'; readonly end: JobEndInit }
  | { readonly event: 'ready'; readonly ready: FiledReadyInit }
  | { readonly event: 'attributes'; readonly attributes: AttributeChunkInit }

export interface JobMedia {
  readonly volume: string
  readonly firstIndex: number
  readonly lastIndex: number
  readonly startFile: number
  readonly endFile: number
  readonly startBlock: number
  readonly endBlock: number
  readonly bytes: number
}

export interface JobMediaInit {
  readonly volume?: string | undefined
  readonly firstIndex?: number | undefined
  readonly lastIndex?: number | undefined
  readonly startFile?: number | undefined
  readonly endFile?: number | undefined
  readonly startBlock?: number | undefined
  readonly endBlock?: number | undefined
  readonly bytes?: number | undefined
}

export interface JobMessage {
  readonly type: string
  readonly text: string
  readonly timeMs: number
  readonly daemon: string
  readonly code: string
}

export interface JobMessageInit {
  readonly type?: string | undefined
  readonly text?: string | undefined
  readonly timeMs?: number | undefined
  readonly daemon?: string | undefined
  readonly code?: string | undefined
}

export interface JobRef {
  readonly jobId: number
  readonly job: string
  readonly name: string
  readonly client: string
  readonly fileset: string
  readonly type: string
  readonly level: string
  readonly maxBandwidth: number
}

export interface JobRefInit {
  readonly jobId?: number | undefined
  readonly job?: string | undefined
  readonly name?: string | undefined
  readonly client?: string | undefined
  readonly fileset?: string | undefined
  readonly type?: string | undefined
  readonly level?: string | undefined
  readonly maxBandwidth?: number | undefined
}

export interface JobStatusLine {
  readonly jobId: number
  readonly job: string
  readonly level: string
  readonly type: string
  readonly status: string
  readonly files: number
  readonly bytes: number
  readonly errors: number
  readonly startMs: number
  readonly endMs: number
  readonly filesExamined: number
  readonly current: Buffer
  readonly lastBytesPerSecond: number
}

export interface JobStatusLineInit {
  readonly jobId?: number | undefined
  readonly job?: string | undefined
  readonly level?: string | undefined
  readonly type?: string | undefined
  readonly status?: string | undefined
  readonly files?: number | undefined
  readonly bytes?: number | undefined
  readonly errors?: number | undefined
  readonly startMs?: number | undefined
  readonly endMs?: number | undefined
  readonly filesExamined?: number | undefined
  readonly current?: Uint8Array | undefined
  readonly lastBytesPerSecond?: number | undefined
}

export interface KnownFiles {
  readonly files: Buffer
}

export interface KnownFilesInit {
  readonly files?: Uint8Array | undefined
}

export interface LabelRequest {
  readonly device: string
  readonly volume: string
  readonly oldVolume: string
  readonly pool: string
  readonly poolType: string
  readonly mediaType: string
  readonly slot: number
  readonly drive: number
}

export interface LabelRequestInit {
  readonly device?: string | undefined
  readonly volume?: string | undefined
  readonly oldVolume?: string | undefined
  readonly pool?: string | undefined
  readonly poolType?: string | undefined
  readonly mediaType?: string | undefined
  readonly slot?: number | undefined
  readonly drive?: number | undefined
}

export interface LabelResponse {
  readonly ok: boolean
  readonly error: string
  readonly code: string
  readonly volBytes: number
  readonly device: string
  readonly archiveDevice: string
}

export interface LabelResponseInit {
  readonly ok?: boolean | undefined
  readonly error?: string | undefined
  readonly code?: string | undefined
  readonly volBytes?: number | undefined
  readonly device?: string | undefined
  readonly archiveDevice?: string | undefined
}

export interface MissingFiles {
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly ranges: readonly FileRange[]
}

export interface MissingFilesInit {
  readonly volSessionId?: number | undefined
  readonly volSessionTime?: number | undefined
  readonly ranges?: readonly FileRangeInit[] | undefined
}

export interface MissingVolume {
  readonly volume: string
  readonly reason: string
}

export interface MissingVolumeInit {
  readonly volume?: string | undefined
  readonly reason?: string | undefined
}

export interface MoveSlotRequest {
  readonly device: string
  readonly from: number
  readonly to: number
}

export interface MoveSlotRequestInit {
  readonly device?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface NeedVolume {
  readonly device: string
  readonly mediaType: string
  readonly pool: string
  readonly mounted: string
  readonly unusable: readonly string[]
}

export interface NeedVolumeInit {
  readonly device?: string | undefined
  readonly mediaType?: string | undefined
  readonly pool?: string | undefined
  readonly mounted?: string | undefined
  readonly unusable?: readonly string[] | undefined
}

export interface Progress {
  readonly files: number
  readonly bytes: number
  readonly readBytes: number
  readonly errors: number
  readonly filesExamined: number
  readonly current: Buffer
}

export interface ProgressInit {
  readonly files?: number | undefined
  readonly bytes?: number | undefined
  readonly readBytes?: number | undefined
  readonly errors?: number | undefined
  readonly filesExamined?: number | undefined
  readonly current?: Uint8Array | undefined
}

export type ReadRequest = Readonly<Record<string, never>>

export type ReadRequestInit = Readonly<Record<string, never>>

export interface RecordBatch {
  readonly records: Buffer
}

export interface RecordBatchInit {
  readonly records?: Uint8Array | undefined
}

export interface RecordSource {
  readonly ticket: StorageTicket | null
  readonly here: boolean
}

export interface RecordSourceInit {
  readonly ticket?: StorageTicketInit | null | undefined
  readonly here?: boolean | undefined
}

export interface ResolveRequest {
  readonly host: string
}

export interface ResolveRequestInit {
  readonly host?: string | undefined
}

export interface ResolveResponse {
  readonly addresses: readonly string[]
}

export interface ResolveResponseInit {
  readonly addresses?: readonly string[] | undefined
}

export type RestoreCommand =
  | { readonly command: 'start'; readonly start: RestoreStart }

export type RestoreCommandInit =
  | { readonly command: 'start'; readonly start: RestoreStartInit }

export type RestoreSessionCommand =
  | { readonly command: 'start'; readonly start: RestoreSessionStart }
  | { readonly command: 'bootstrap'; readonly bootstrap: BootstrapPiece }

export type RestoreSessionCommandInit =
  | { readonly command: 'start'; readonly start: RestoreSessionStartInit }
  | { readonly command: 'bootstrap'; readonly bootstrap: BootstrapPieceInit }

export type RestoreSessionEvent =
  | { readonly event: 'opened'; readonly opened: SessionOpened }
  | { readonly event: 'message'; readonly message: JobMessage }
  | { readonly event: 'progress'; readonly progress: Progress }
  | { readonly event: 'end'; readonly end: SessionEnd }
  | { readonly event: 'attributes'; readonly attributes: AttributeChunk }

export type RestoreSessionEventInit =
  | { readonly event: 'opened'; readonly opened: SessionOpenedInit }
  | { readonly event: 'message'; readonly message: JobMessageInit }
  | { readonly event: 'progress'; readonly progress: ProgressInit }
  | { readonly event: 'end'; readonly end: SessionEndInit }
  | { readonly event: 'attributes'; readonly attributes: AttributeChunkInit }

export interface RestoreSessionStart {
  readonly job: JobRef | null
  readonly bootstrap: string
  readonly device: string
  readonly key: string
  readonly heartbeatMs: number
  readonly firstIndex: number
  readonly comesLater: boolean
  readonly more: boolean
  readonly verify: string
  readonly digests: readonly string[]
}

export interface RestoreSessionStartInit {
  readonly job?: JobRefInit | null | undefined
  readonly bootstrap?: string | undefined
  readonly device?: string | undefined
  readonly key?: string | undefined
  readonly heartbeatMs?: number | undefined
  readonly firstIndex?: number | undefined
  readonly comesLater?: boolean | undefined
  readonly more?: boolean | undefined
  readonly verify?: string | undefined
  readonly digests?: readonly string[] | undefined
}

export interface RestoreStart {
  readonly job: JobRef | null
  readonly storage: StorageTicket | null
  readonly where: string
  readonly replace: string
  readonly regexWhere: string
  readonly stripPrefix: string
  readonly addPrefix: string
  readonly addSuffix: string
  readonly filesExpected: number
  readonly heartbeatMs: number
  readonly moreStorages: readonly StorageTicket[]
}

export interface RestoreStartInit {
  readonly job?: JobRefInit | null | undefined
  readonly storage?: StorageTicketInit | null | undefined
  readonly where?: string | undefined
  readonly replace?: string | undefined
  readonly regexWhere?: string | undefined
  readonly stripPrefix?: string | undefined
  readonly addPrefix?: string | undefined
  readonly addSuffix?: string | undefined
  readonly filesExpected?: number | undefined
  readonly heartbeatMs?: number | undefined
  readonly moreStorages?: readonly StorageTicketInit[] | undefined
}

export interface RunScriptEnd {
  readonly complaint: string
}

export interface RunScriptEndInit {
  readonly complaint?: string | undefined
}

export type RunScriptEvent =
  | { readonly event: 'line'; readonly line: string }
  | { readonly event: 'end'; readonly end: RunScriptEnd }

export type RunScriptEventInit =
  | { readonly event: 'line'; readonly line: string }
  | { readonly event: 'end'; readonly end: RunScriptEndInit }

export interface RunScriptRequest {
  readonly job: JobRef | null
  readonly argv: readonly string[]
  readonly timeoutMs: number
}

export interface RunScriptRequestInit {
  readonly job?: JobRefInit | null | undefined
  readonly argv?: readonly string[] | undefined
  readonly timeoutMs?: number | undefined
}

export interface RunningWriter {
  readonly jobId: number
  readonly volume: string
  readonly pool: string
  readonly device: string
  readonly archiveDevice: string
  readonly writing: boolean
}

export interface RunningWriterInit {
  readonly jobId?: number | undefined
  readonly volume?: string | undefined
  readonly pool?: string | undefined
  readonly device?: string | undefined
  readonly archiveDevice?: string | undefined
  readonly writing?: boolean | undefined
}

export interface ScramMessage {
  readonly text: string
  readonly token: string
}

export interface ScramMessageInit {
  readonly text?: string | undefined
  readonly token?: string | undefined
}

export interface SessionEnd {
  readonly end: JobEnd | null
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly lastVolumeBytes: number
  readonly volumes: readonly string[]
  readonly missing: readonly MissingFiles[]
}

export interface SessionEndInit {
  readonly end?: JobEndInit | null | undefined
  readonly volSessionId?: number | undefined
  readonly volSessionTime?: number | undefined
  readonly lastVolumeBytes?: number | undefined
  readonly volumes?: readonly string[] | undefined
  readonly missing?: readonly MissingFilesInit[] | undefined
}

export interface SessionOpened {
  readonly volSessionId: number
  readonly volSessionTime: number
  readonly device: string
  readonly certificateSha256: string
  readonly volumeFamily: string
}

export interface SessionOpenedInit {
  readonly volSessionId?: number | undefined
  readonly volSessionTime?: number | undefined
  readonly device?: string | undefined
  readonly certificateSha256?: string | undefined
  readonly volumeFamily?: string | undefined
}

export interface SizeMatch {
  readonly kind: string
  readonly begin: number
  readonly end: number
}

export interface SizeMatchInit {
  readonly kind?: string | undefined
  readonly begin?: number | undefined
  readonly end?: number | undefined
}

export interface Slot {
  readonly number: number
  readonly kind: string
  readonly full: boolean
  readonly barcode: string
  readonly loadedSlot: number
}

export interface SlotInit {
  readonly number?: number | undefined
  readonly kind?: string | undefined
  readonly full?: boolean | undefined
  readonly barcode?: string | undefined
  readonly loadedSlot?: number | undefined
}

export interface SlotList {
  readonly ok: boolean
  readonly text: string
  readonly slots: readonly Slot[]
  readonly drives: number
}

export interface SlotListInit {
  readonly ok?: boolean | undefined
  readonly text?: string | undefined
  readonly slots?: readonly SlotInit[] | undefined
  readonly drives?: number | undefined
}

export interface StorageStatus {
  readonly daemon: DaemonInfo | null
  readonly running: readonly JobStatusLine[]
  readonly terminated: readonly JobStatusLine[]
  readonly devices: readonly DeviceStatus[]
  readonly writers: readonly RunningWriter[]
}

export interface StorageStatusInit {
  readonly daemon?: DaemonInfoInit | null | undefined
  readonly running?: readonly JobStatusLineInit[] | undefined
  readonly terminated?: readonly JobStatusLineInit[] | undefined
  readonly devices?: readonly DeviceStatusInit[] | undefined
  readonly writers?: readonly RunningWriterInit[] | undefined
}

export interface StorageTicket {
  readonly address: string
  readonly port: number
  readonly storage: string
  readonly job: string
  readonly key: string
  readonly certificateSha256: string
}

export interface StorageTicketInit {
  readonly address?: string | undefined
  readonly port?: number | undefined
  readonly storage?: string | undefined
  readonly job?: string | undefined
  readonly key?: string | undefined
  readonly certificateSha256?: string | undefined
}

export interface TruncateRequest {
  readonly device: string
  readonly volume: string
  readonly pool: string
  readonly poolType: string
  readonly mediaType: string
  readonly slot: number
}

export interface TruncateRequestInit {
  readonly device?: string | undefined
  readonly volume?: string | undefined
  readonly pool?: string | undefined
  readonly poolType?: string | undefined
  readonly mediaType?: string | undefined
  readonly slot?: number | undefined
}

export interface TruncateResponse {
  readonly ok: boolean
  readonly text: string
  readonly volBytes: number
}

export interface TruncateResponseInit {
  readonly ok?: boolean | undefined
  readonly text?: string | undefined
  readonly volBytes?: number | undefined
}

export type VerifyCommand =
  | { readonly command: 'start'; readonly start: VerifyStart }
  | { readonly command: 'fileset'; readonly fileset: FileSetPiece }
  | { readonly command: 'known'; readonly known: KnownFiles }
  | { readonly command: 'go'; readonly go: Empty }

export type VerifyCommandInit =
  | { readonly command: 'start'; readonly start: VerifyStartInit }
  | { readonly command: 'fileset'; readonly fileset: FileSetPieceInit }
  | { readonly command: 'known'; readonly known: KnownFilesInit }
  | { readonly command: 'go'; readonly go: EmptyInit }

export interface VerifyStart {
  readonly job: JobRef | null
  readonly fileset: FileSet | null
}

export interface VerifyStartInit {
  readonly job?: JobRefInit | null | undefined
  readonly fileset?: FileSetInit | null | undefined
}

export interface Volume {
  readonly name: string
  readonly status: string
  readonly mediaType: string
  readonly pool: string
  readonly poolType: string
  readonly bytes: number
  readonly maxBytes: number
  readonly maxJobs: number
  readonly maxFiles: number
  readonly jobs: number
  readonly files: number
  readonly blocks: number
  readonly useDurationSeconds: number
  readonly slot: number
  readonly recycle: boolean
  readonly firstWrittenMs: number
  readonly lastWrittenMs: number
  readonly mounts: number
  readonly errors: number
  readonly writes: number
  readonly labelled: boolean
  readonly labelMs: number
  readonly endFile: number
  readonly endBlock: number
}

export interface VolumeInit {
  readonly name?: string | undefined
  readonly status?: string | undefined
  readonly mediaType?: string | undefined
  readonly pool?: string | undefined
  readonly poolType?: string | undefined
  readonly bytes?: number | undefined
  readonly maxBytes?: number | undefined
  readonly maxJobs?: number | undefined
  readonly maxFiles?: number | undefined
  readonly jobs?: number | undefined
  readonly files?: number | undefined
  readonly blocks?: number | undefined
  readonly useDurationSeconds?: number | undefined
  readonly slot?: number | undefined
  readonly recycle?: boolean | undefined
  readonly firstWrittenMs?: number | undefined
  readonly lastWrittenMs?: number | undefined
  readonly mounts?: number | undefined
  readonly errors?: number | undefined
  readonly writes?: number | undefined
  readonly labelled?: boolean | undefined
  readonly labelMs?: number | undefined
  readonly endFile?: number | undefined
  readonly endBlock?: number | undefined
}

export interface VolumeAnswer {
  readonly volume: Volume | null
  readonly reason: string
  readonly wait: boolean
}

export interface VolumeAnswerInit {
  readonly volume?: VolumeInit | null | undefined
  readonly reason?: string | undefined
  readonly wait?: boolean | undefined
}

export interface VolumeUpdate {
  readonly volume: Volume | null
  readonly createdLabel: boolean
  readonly reason: string
}

export interface VolumeUpdateInit {
  readonly volume?: VolumeInit | null | undefined
  readonly createdLabel?: boolean | undefined
  readonly reason?: string | undefined
}
