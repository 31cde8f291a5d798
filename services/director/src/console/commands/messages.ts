// The commands `messages` and `.messages`: what waits for this console.
import type { Command } from '../context.ts'

export const messagesCommand: Command = async ({ director, state, out }) => {
  const text = director.messages.take(state.console)
  state.isNotified = false
  await out.text(text === '' ? 'You have no messages.\n' : text)
  if (text !== '') out.value('messages', text.split('\n').slice(0, -1))
}

/** The same for programs: nothing is said when there is nothing. */
export const dotMessagesCommand: Command = async ({ director, state, out }) => {
  const text = director.messages.take(state.console)
  state.isNotified = false
  if (text === '') return
  await out.text(text)
  out.value('messages', text.split('\n').slice(0, -1))
}
