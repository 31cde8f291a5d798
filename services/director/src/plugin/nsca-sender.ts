// Reports the end of a Job to Nagios or Icinga by NSCA.
import { connect, type Socket } from 'node:net'
import { CofferError } from '@coffer/core'
import { checkResultOf, outputLine } from './check-result.ts'
import { INIT_BYTES, NSCA_METHODS, type NscaMethod, nscaPacket } from './nsca-packet.ts'
import type { Sender, SenderKind } from './sender.ts'
import type { SenderOptions } from './sender-options.ts'

export const nscaSender: SenderKind = {
  name: 'nsca',
  moduleName: 'bareos-dir-nsca-sender',
  about: 'NSCA daemon of Nagios or Icinga',
  make: makeSender,
}

const METHODS: readonly string[] = Object.values(NSCA_METHODS).map(String)

function makeSender(options: SenderOptions): Sender {
  const host = options.text('monitorHost')
  const port = options.port('monitorPort', 5667)
  const checkHost = options.text('checkHost') ?? 'bareos'
  const checkService = options.text('checkService') ?? 'backup_job'
  const method = readMethod(options.oneOf('encryption', METHODS, String(NSCA_METHODS.xor)))
  const password = options.secret('password')
  const outputBytes = options.oneOf('packetSize', ['720', '4304'], '4304') === '720' ? 512 : 4096
  const encoding = { method, outputBytes, password: password?.reveal() ?? '' } as const
  return {
    target: `NSCA at "${host ?? '?'}:${port}"`,
    timeoutMs: options.timeoutMs('timeout', 5),
    send: async (ended, signal) => {
      if (host === undefined) {
        throw new CofferError('plugin-option', 'the option "monitorHost" is missing')
      }
      const { exitCode, ...rest } = checkResultOf(ended)
      const output = outputLine({ exitCode, ...rest })
      const result = { host: checkHost, service: checkService, exitCode, output }
      await exchange(connect({ host, port, signal }), (init) => nscaPacket(init, result, encoding))
    },
  }
}

function readMethod(word: string): NscaMethod {
  const method = Object.values(NSCA_METHODS).find((candidate) => String(candidate) === word)
  if (method === undefined) throw new CofferError('internal-bug', `NSCA method "${word}"`)
  return method
}

/**
 * Waits for the server's first packet, sends the answer, and resolves when the server has taken it: NSCA confirms
 * nothing, a wrong password shows in the daemon's own log only.
 */
async function exchange(socket: Socket, answer: (init: Buffer) => Buffer): Promise<void> {
  let init = Buffer.alloc(0)
  let isSent = false
  socket.on('data', (chunk: Buffer) => {
    if (isSent) return
    init = Buffer.concat([init, chunk])
    if (init.length < INIT_BYTES) return
    isSent = true
    socket.end(answer(init.subarray(0, INIT_BYTES)))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => {
      if (isSent) resolve()
      else
        reject(
          new Error(
            'it hung up before it sent its first packet; it may not take the encryption method',
          ),
        )
    })
  })
}
