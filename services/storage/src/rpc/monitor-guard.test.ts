import type { CallContext, StorageDaemonHandlers } from '@coffer/wire'
import { expect, test } from 'vitest'
import { guardMonitors } from './monitor-guard.ts'

const reached: string[] = []
const reach = (name: string) => async () => {
  reached.push(name)
  return {}
}
const handlers: StorageDaemonHandlers = {
  backupSession: async () => void reached.push('backupSession'),
  restoreSession: async () => void reached.push('restoreSession'),
  label: reach('label'),
  mount: reach('mount'),
  unmount: reach('unmount'),
  release: reach('release'),
  findVolumes: reach('findVolumes'),
  truncate: reach('truncate'),
  listSlots: reach('listSlots'),
  moveSlot: reach('moveSlot'),
  setDebug: reach('setDebug'),
  resolve: reach('resolve'),
  setBandwidth: reach('setBandwidth'),
  status: reach('status'),
}
const guarded = guardMonitors(handlers, (director) => director === 'mon')

/** The calls that a Director gets through with. */
async function callsOf(director: string): Promise<string[]> {
  reached.length = 0
  const context = { peer: { kind: 'director', name: director, address: '' } } as CallContext
  for (const handler of Object.values(guarded) as ((
    input: never,
    context: CallContext,
  ) => Promise<unknown>)[]) {
    await handler(undefined as never, context).catch((error: unknown) => {
      expect(error).toMatchObject({
        code: 'call-forbidden',
        message: `Director "${director}" may only ask for the status`,
      })
    })
  }
  return reached.toSorted()
}

test('a monitor gets the status and nothing else', async () => {
  expect(await callsOf('mon')).toEqual(['status'])
})

test('another Director gets everything', async () => {
  expect(await callsOf('dir')).toEqual(Object.keys(handlers).toSorted())
})
