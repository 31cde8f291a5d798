// A terminal's input one character at a time, for the line editor.
import { PassThrough } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

export interface TerminalInput {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  setRawMode?(isRaw: boolean): unknown
  pause(): unknown
  resume(): unknown
}

/** What `createInterface` takes as the input of a terminal. */
export type KeyStream = PassThrough & {
  setRawMode(isRaw: boolean): void
  /** Lets go of the terminal: the process may end. */
  release(): void
}

/**
 * The editor of Node 20 takes characters that arrive together for a paste and puts them at the end of the line, wherever
 * the cursor is, and loses count of the rows of a long line. One by one they are typed.
 */
export function keyByKey(input: TerminalInput): KeyStream {
  const keys = new PassThrough({ objectMode: true })
  const decoder = new StringDecoder('utf8')
  const onData = (chunk: Buffer): void => {
    for (const character of decoder.write(chunk)) keys.write(character)
  }
  input.on('data', onData)
  input.on('end', () => {
    keys.end()
  })
  return Object.assign(keys, {
    setRawMode: (isRaw: boolean) => {
      input.setRawMode?.(isRaw)
    },
    release: () => {
      input.off('data', onData)
      input.pause()
    },
  })
}
