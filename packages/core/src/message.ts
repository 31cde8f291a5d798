// Message types of the Job log: their order, the words that Messages resources use, and the prefix that a line carries.

export const MESSAGE_TYPES = {
  abort: { number: 1, prefix: 'ABORTING due to ERROR\n' },
  debug: { number: 2, prefix: '' },
  fatal: { number: 3, prefix: 'Fatal error: ' },
  error: { number: 4, prefix: 'Error: ' },
  warning: { number: 5, prefix: 'Warning: ' },
  info: { number: 6, prefix: '' },
  saved: { number: 7, prefix: '' },
  notsaved: { number: 8, prefix: '' },
  skipped: { number: 9, prefix: '' },
  mount: { number: 10, prefix: '' },
  terminate: { number: 12, prefix: '' },
  restored: { number: 13, prefix: '' },
  security: { number: 14, prefix: 'Security Alert: ' },
  alert: { number: 15, prefix: '' },
  volmgmt: { number: 16, prefix: '' },
  audit: { number: 17, prefix: '' },
} as const
export type MessageType = keyof typeof MESSAGE_TYPES

/** One line for the Job log, before it is routed. `daemon` is the name of the daemon that speaks. */
export interface JobMessage {
  readonly type: MessageType
  readonly text: string
  readonly timeMs: number
  readonly daemon: string
  readonly code?: string
}

export function isMessageType(word: string): word is MessageType {
  return Object.hasOwn(MESSAGE_TYPES, word)
}
