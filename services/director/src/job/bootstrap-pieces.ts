// The commands that begin a session in which storage reads: a Bootstrap that is too long for one message goes in pieces.
import type { RestoreSessionCommandInit, RestoreSessionStartInit } from '@coffer/wire'

/** Whatever its characters are, a message takes it. */
const PIECE_CHARACTERS = 1024 * 1024

export function bootstrapCommands(
  bootstrap: string,
  start: RestoreSessionStartInit,
  pieceCharacters = PIECE_CHARACTERS,
): RestoreSessionCommandInit[] {
  const [first = '', ...rest] = cutText(bootstrap, pieceCharacters)
  const more = rest.length > 0
  return [
    { command: 'start', start: { ...start, bootstrap: first, more } },
    ...rest.map((text, index) => ({
      command: 'bootstrap' as const,
      bootstrap: { text, isLast: index === rest.length - 1 },
    })),
  ]
}

/** Behind a line where there is one, so that no character is cut in two. */
function cutText(text: string, pieceCharacters: number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const line = text.lastIndexOf('\n', at + pieceCharacters - 1) + 1
    const end = at + pieceCharacters >= text.length || line <= at ? at + pieceCharacters : line
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}
