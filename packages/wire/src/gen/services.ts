// Generated from proto/ by `npm run gen`; do not edit.
import type {
  Duplex,
  DuplexCall,
  ServerStream,
  ServerStreamCall,
  Unary,
  UnaryCall,
} from '../call.ts'
import type * as m from './messages.ts'

export interface ConsoleHandlers {
  readonly attach: Duplex<m.ConsoleInput, m.ConsoleOutputInit>
}

export interface ConsoleCalls {
  readonly attach: DuplexCall<m.ConsoleInputInit, m.ConsoleOutput>
}

export interface FileDaemonHandlers {
  readonly backup: Duplex<m.BackupCommand, m.JobEventInit>
  readonly restore: Duplex<m.RestoreCommand, m.JobEventInit>
  readonly verify: Duplex<m.VerifyCommand, m.JobEventInit>
  readonly estimate: ServerStream<m.EstimateRequest, m.EstimateEventInit>
  readonly runScript: ServerStream<m.RunScriptRequest, m.RunScriptEventInit>
  readonly status: Unary<m.Empty, m.FiledStatusInit>
  readonly setDebug: Unary<m.DebugRequest, m.DebugResponseInit>
  readonly setBandwidth: Unary<m.BandwidthRequest, m.BandwidthResponseInit>
  readonly resolve: Unary<m.ResolveRequest, m.ResolveResponseInit>
}

export interface FileDaemonCalls {
  readonly backup: DuplexCall<m.BackupCommandInit, m.JobEvent>
  readonly restore: DuplexCall<m.RestoreCommandInit, m.JobEvent>
  readonly verify: DuplexCall<m.VerifyCommandInit, m.JobEvent>
  readonly estimate: ServerStreamCall<m.EstimateRequestInit, m.EstimateEvent>
  readonly runScript: ServerStreamCall<m.RunScriptRequestInit, m.RunScriptEvent>
  readonly status: UnaryCall<m.EmptyInit, m.FiledStatus>
  readonly setDebug: UnaryCall<m.DebugRequestInit, m.DebugResponse>
  readonly setBandwidth: UnaryCall<m.BandwidthRequestInit, m.BandwidthResponse>
  readonly resolve: UnaryCall<m.ResolveRequestInit, m.ResolveResponse>
}

export interface StorageDaemonHandlers {
  readonly backupSession: Duplex<m.BackupSessionCommand, m.BackupSessionEventInit>
  readonly restoreSession: Duplex<m.RestoreSessionCommand, m.RestoreSessionEventInit>
  readonly label: Unary<m.LabelRequest, m.LabelResponseInit>
  readonly unmount: Unary<m.DeviceRequest, m.DeviceResponseInit>
  readonly mount: Unary<m.DeviceRequest, m.DeviceResponseInit>
  readonly release: Unary<m.DeviceRequest, m.DeviceResponseInit>
  readonly truncate: Unary<m.TruncateRequest, m.TruncateResponseInit>
  readonly listSlots: Unary<m.DeviceRequest, m.SlotListInit>
  readonly moveSlot: Unary<m.MoveSlotRequest, m.DeviceResponseInit>
  readonly status: Unary<m.Empty, m.StorageStatusInit>
  readonly setDebug: Unary<m.DebugRequest, m.DebugResponseInit>
  readonly setBandwidth: Unary<m.BandwidthRequest, m.BandwidthResponseInit>
  readonly resolve: Unary<m.ResolveRequest, m.ResolveResponseInit>
  readonly findVolumes: Unary<m.FindVolumesRequest, m.FindVolumesResponseInit>
}

export interface StorageDaemonCalls {
  readonly backupSession: DuplexCall<m.BackupSessionCommandInit, m.BackupSessionEvent>
  readonly restoreSession: DuplexCall<m.RestoreSessionCommandInit, m.RestoreSessionEvent>
  readonly label: UnaryCall<m.LabelRequestInit, m.LabelResponse>
  readonly unmount: UnaryCall<m.DeviceRequestInit, m.DeviceResponse>
  readonly mount: UnaryCall<m.DeviceRequestInit, m.DeviceResponse>
  readonly release: UnaryCall<m.DeviceRequestInit, m.DeviceResponse>
  readonly truncate: UnaryCall<m.TruncateRequestInit, m.TruncateResponse>
  readonly listSlots: UnaryCall<m.DeviceRequestInit, m.SlotList>
  readonly moveSlot: UnaryCall<m.MoveSlotRequestInit, m.DeviceResponse>
  readonly status: UnaryCall<m.EmptyInit, m.StorageStatus>
  readonly setDebug: UnaryCall<m.DebugRequestInit, m.DebugResponse>
  readonly setBandwidth: UnaryCall<m.BandwidthRequestInit, m.BandwidthResponse>
  readonly resolve: UnaryCall<m.ResolveRequestInit, m.ResolveResponse>
  readonly findVolumes: UnaryCall<m.FindVolumesRequestInit, m.FindVolumesResponse>
}

export interface StorageDataHandlers {
  readonly append: Duplex<Buffer, m.AppendEventInit>
  readonly read: ServerStream<m.ReadRequest, Uint8Array>
}

export interface StorageDataCalls {
  readonly append: DuplexCall<Uint8Array, m.AppendEvent>
  readonly read: ServerStreamCall<m.ReadRequestInit, Buffer>
}
