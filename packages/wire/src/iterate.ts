// A function that yields the next message, as something to iterate over.

/** Ends at the first undefined. Leaving the iteration early leaves everything as it is. */
export function iterate<Message>(
  receive: () => Promise<Message | undefined>,
): AsyncIterator<Message, undefined> {
  return {
    async next() {
      const value = await receive()
      return value === undefined ? { done: true, value: undefined } : { done: false, value }
    },
  }
}
