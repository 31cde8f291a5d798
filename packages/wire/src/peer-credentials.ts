// Makes the TLS connection below a gRPC channel ourselves, so that we know whose certificate it shows and over which
// connection calls go. One channel makes one connection: when that is lost, the channel is finished.
import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import {
  connect,
  createSecureContext,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { CofferError, messageOf } from '@coffer/core'
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js'
import { demandsCertificate, refuseServer } from './peer-certificate.ts'
import type { PeerWords } from './status.ts'
import type { ClientTls } from './tls-options.ts'

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>

export interface PeerCredentialsOptions {
  readonly tls: ClientTls
  readonly host: string
  readonly peer: PeerWords
  /** The connection is gone. */
  readonly onClose: () => void
}

export class PeerCredentials extends ChannelCredentials {
  readonly #options: PeerCredentialsOptions
  readonly #context: SecureContext
  #socket: TLSSocket | undefined
  #failure: CofferError | undefined

  /** @throws CofferError tls-unusable */
  constructor(options: PeerCredentialsOptions) {
    super()
    this.#options = options
    this.#context = secureContext(options.tls)
  }

  /** The connection, once it stands; also when it is lost again. */
  get socket(): TLSSocket | undefined {
    return this.#socket
  }

  /** Why there is no connection, when that is known better here than in the channel. */
  get failure(): CofferError | undefined {
    return this.#failure
  }

  override _isSecure(): boolean {
    return true
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other
  }

  override _createSecureConnector(): SecureConnector {
    return {
      connect: async (socket) => ({ socket: await this.#secure(socket), secure: true }),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => CallCredentials.createEmpty(),
      destroy: () => undefined,
    }
  }

  async #secure(socket: Socket): Promise<TLSSocket> {
    if (this.#socket !== undefined) throw new Error('the one connection of this channel was made')
    const secured = await this.#handshake(socket)
    this.#socket = secured
    secured.once('close', this.#options.onClose)
    return secured
  }

  #handshake(socket: Socket): Promise<TLSSocket> {
    const { host } = this.#options
    return new Promise((resolve, reject) => {
      const secured = connect({
        socket,
        secureContext: this.#context,
        ALPNProtocols: ['h2'],
        // Judged below: with a self-signed certificate the Password decides.
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
        ...(isIP(host) === 0 ? { servername: host } : {}),
      })
      secured.once('secureConnect', () => {
        const problem = this.#judge(secured)
        if (problem === undefined) resolve(secured)
        else {
          secured.destroy()
          reject(this.#fail(problem))
        }
      })
      secured.on('error', (error: Error) => {
        reject(this.#fail(this.#handshakeFailure(error)))
      })
    })
  }

  #judge(secured: TLSSocket): CofferError | undefined {
    const shown: PeerCertificate | DetailedPeerCertificate = secured.getPeerCertificate()
    const problem = refuseServer(
      {
        certificate: 'raw' in shown ? shown : undefined,
        authorized: secured.authorized,
        problem: String(secured.authorizationError),
      },
      this.#options.tls,
      this.#options.host,
    )
    if (problem === undefined) return undefined
    const { name, address } = this.#options.peer
    return new CofferError(
      'certificate-refused',
      `the certificate of ${name} at ${address} is refused: ${problem}`,
    )
  }

  #handshakeFailure(error: Error): CofferError {
    const { name, address } = this.#options.peer
    return new CofferError(
      'peer-unreachable',
      `what answers for ${name} at ${address} does not speak TLS 1.3: ${messageOf(error)}`,
      { cause: error },
    )
  }

  #fail(error: CofferError): CofferError {
    if (this.#socket === undefined) this.#failure ??= error
    return error
  }
}

function secureContext(tls: ClientTls): SecureContext {
  demandsCertificate(tls)
  const { certificatePem, keyPem, caPem } = tls
  if ((certificatePem === undefined) !== (keyPem === undefined)) {
    throw new CofferError('tls-unusable', 'TLS Certificate and TLS Key go together')
  }
  try {
    return createSecureContext({
      minVersion: 'TLSv1.3',
      ...(certificatePem === undefined ? {} : { cert: certificatePem }),
      ...(keyPem === undefined ? {} : { key: keyPem }),
      ...(caPem === undefined ? {} : { ca: caPem }),
    })
  } catch (error) {
    throw new CofferError('tls-unusable', `our certificate cannot be used: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
