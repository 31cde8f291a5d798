// Times and sizes that both ends keep to. docs/protocol.md tells them to people.

/** The largest message of a record stream. */
export const MAX_DATA_MESSAGE_BYTES = 16 * 1024 * 1024
/** The largest message of every other call. */
export const MAX_CONTROL_MESSAGE_BYTES = 4 * 1024 * 1024
/** What the transport lets pass: a little more, so that the codec is the one that refuses, with words. */
export const MAX_TRANSPORT_MESSAGE_BYTES = MAX_DATA_MESSAGE_BYTES + 64 * 1024
export const MAX_HEADER_BYTES = 16 * 1024
export const MAX_CONNECTIONS = 2000
export const MAX_CALLS_PER_CONNECTION = 1000

export const KEEPALIVE_MS = 30_000
export const KEEPALIVE_TIMEOUT_MS = 20_000
export const CONNECT_TIMEOUT_MS = 15_000
export const UNARY_TIMEOUT_MS = 30_000
export const HANDSHAKE_TIMEOUT_MS = 15_000
/** A connection on which nobody logs in is closed. */
export const LOGIN_TIMEOUT_MS = 20_000
