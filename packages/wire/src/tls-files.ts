// The TLS directives of a resource, files read: what serve and dial take.
import { readFile } from 'node:fs/promises'
import { CofferError, messageOf } from '@coffer/core'
import type { ClientTls, ServerTls } from './tls-options.ts'

/** The TLS directives that are acted upon, as every resource that takes them has them. */
export interface TlsDirectives {
  readonly tlsCertificate: string | undefined
  readonly tlsKey: string | undefined
  readonly tlsCaCertificateFile: string | undefined
  readonly tlsVerifyPeer: boolean
  readonly tlsAllowedCn: readonly string[]
}

/** For `dial`. @throws CofferError tls-unusable when a file cannot be read */
export async function readClientTls(directives: TlsDirectives): Promise<ClientTls> {
  const [certificatePem, keyPem] = await readOwn(directives)
  return { certificatePem, keyPem, ...(await readChecks(directives)) }
}

/** For `serve`; `selfSigned` gives the certificate where none is configured. @throws CofferError tls-unusable */
export async function readServerTls(
  directives: TlsDirectives,
  selfSigned: () => Promise<ServerTls>,
): Promise<ServerTls> {
  const checks = await readChecks(directives)
  const [certificatePem, keyPem] = await readOwn(directives)
  if (certificatePem === undefined || keyPem === undefined) {
    return { ...(await selfSigned()), ...checks }
  }
  return { certificatePem, keyPem, ...checks }
}

type Own = readonly [certificatePem: string | undefined, keyPem: string | undefined]

async function readOwn({ tlsCertificate, tlsKey }: TlsDirectives): Promise<Own> {
  if (tlsCertificate === undefined && tlsKey === undefined) return [undefined, undefined]
  if (tlsCertificate === undefined) {
    throw new CofferError('tls-unusable', 'TLS Key is set, but TLS Certificate is not')
  }
  // One file may hold both.
  const keyFile = tlsKey ?? tlsCertificate
  return [await readPem(tlsCertificate), await readPem(keyFile)]
}

async function readChecks(directives: TlsDirectives) {
  const { tlsCaCertificateFile, tlsVerifyPeer, tlsAllowedCn } = directives
  return {
    caPem: tlsCaCertificateFile === undefined ? undefined : await readPem(tlsCaCertificateFile),
    verifyPeer: tlsVerifyPeer || tlsAllowedCn.length > 0,
    allowedCns: tlsAllowedCn,
  }
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CofferError('tls-unusable', `cannot read "${file}": ${messageOf(error)}`, {
      cause: error,
    })
  }
}
