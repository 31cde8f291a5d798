// Directors that are monitors may look and not touch.
import { CofferError } from '@coffer/core'
import type { CallContext, StorageDaemonHandlers } from '@coffer/wire'

/** The handlers as they are, but a monitor may only ask for the status: its other calls end with `call-forbidden`. */
export function guardMonitors(
  handlers: StorageDaemonHandlers,
  isMonitor: (director: string) => boolean,
): StorageDaemonHandlers {
  const guarded =
    <Input, Output>(handler: (input: Input, context: CallContext) => Promise<Output>) =>
    async (input: Input, context: CallContext): Promise<Output> => {
      const { name } = context.peer
      if (isMonitor(name)) {
        throw new CofferError('call-forbidden', `Director "${name}" may only ask for the status`)
      }
      return handler(input, context)
    }
  return {
    status: handlers.status,
    backupSession: guarded(handlers.backupSession),
    restoreSession: guarded(handlers.restoreSession),
    label: guarded(handlers.label),
    mount: guarded(handlers.mount),
    unmount: guarded(handlers.unmount),
    release: guarded(handlers.release),
    findVolumes: guarded(handlers.findVolumes),
    truncate: guarded(handlers.truncate),
    listSlots: guarded(handlers.listSlots),
    moveSlot: guarded(handlers.moveSlot),
    setDebug: guarded(handlers.setDebug),
    setBandwidth: guarded(handlers.setBandwidth),
    resolve: guarded(handlers.resolve),
  }
}
