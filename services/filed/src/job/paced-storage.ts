// The calls of one Job to its storage daemon, held to the bandwidth that the Job may use.
import { paced, type Throttle } from '@coffer/core'
import type { StorageDataCalls } from '@coffer/wire'

export function pacedStorage(calls: StorageDataCalls, throttle: Throttle): StorageDataCalls {
  return {
    append: (options) => {
      const call = calls.append(options)
      return {
        send: async (batch) => {
          await throttle.take(batch.length, options?.signal)
          await call.send(batch)
        },
        end: () => {
          call.end()
        },
        receive: () => call.receive(),
        [Symbol.asyncIterator]: () => call[Symbol.asyncIterator](),
      }
    },
    read: (request, options) => paced(calls.read(request, options), throttle, options?.signal),
  }
}
