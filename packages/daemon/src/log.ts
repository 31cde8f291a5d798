// The daemon's own log: one JSON object per line, for us and not for operators (those read JobMessages).
import { type DestinationStream, pino } from 'pino'

/** A moment's facts; the message beside them is constant text, so that lines can be counted and searched. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * error: someone must act. warn: odd but handled. info: lifecycle, a dozen lines per Job. debug: decisions, file names.
 * trace: per file or block.
 */
export interface Log {
  error(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  debug(fields: LogFields, message: string): void
  trace(fields: LogFields, message: string): void
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

export interface LogOptions {
  /** Name of the daemon, in every line. */
  readonly name: string
  readonly level: LogLevel
  /** Where lines go; standard output by default. */
  readonly destination?: DestinationStream | undefined
}

// A Secret masks itself. These names catch what was never wrapped in one, two levels deep.
const SECRET_NAMES = [
  'password',
  'passwords',
  'secret',
  'key',
  'keyPem',
  'privateKey',
  'token',
  'authorization',
  'dbPassword',
  'tlsKey',
]
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** A log that writes at `level` and above. Values under names such as password, key or token never leave. */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: SECRET_PATHS, censor: '***' },
      serializers: { error: pino.stdSerializers.errWithCause },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

/** `-d LEVEL`: 0 is info, 1 to 99 debug, 100 and above trace. */
export function levelOfDebugNumber(number: number): LogLevel {
  if (number <= 0) return 'info'
  return number < 100 ? 'debug' : 'trace'
}
