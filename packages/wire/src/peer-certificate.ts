// Decides whether the certificate that a peer shows is one that the configuration trusts.
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls'
import { CofferError } from '@coffer/core'
import { certificateSha256 } from './channel-binding.ts'
import type { ClientTls, ServerTls } from './tls-options.ts'

/** What TLS found out about the peer's certificate. */
export interface ShownCertificate {
  readonly certificate: PeerCertificate | DetailedPeerCertificate | undefined
  /** Signed by one of `caPem`, in its time, for this purpose. */
  readonly authorized: boolean
  /** Why not, as TLS says it. */
  readonly problem: string
}

/**
 * Whether the peer must show a certificate that `caPem` vouches for.
 * @throws CofferError tls-unusable when that is demanded without `caPem`
 */
export function demandsCertificate(checks: ClientTls | ServerTls): boolean {
  const allowsSome = (checks.allowedCns?.length ?? 0) > 0
  const demanded = allowsSome || (checks.verifyPeer ?? checks.caPem !== undefined)
  if (demanded && checks.caPem === undefined) {
    throw new CofferError(
      'tls-unusable',
      'TLS Verify Peer and TLS Allowed CN need a TLS CA Certificate File',
    )
  }
  return demanded
}

/** Why a client refuses this server, or undefined when it is good. `host` is the name that was dialled. */
export function refuseServer(
  shown: ShownCertificate,
  tls: ClientTls,
  host: string,
): string | undefined {
  const { certificate } = shown
  if (certificate === undefined) return 'it shows none'
  const pinned = tls.certificateSha256 ?? ''
  if (pinned !== '' && certificateSha256(certificate.raw) !== pinned.toLowerCase()) {
    return 'it is not the one that the Director announced'
  }
  if (!demandsCertificate(tls)) return undefined
  if (!shown.authorized) return shown.problem
  return refuseName(certificate, tls, host)
}

/** Why a server refuses this client, or undefined when it is good. */
export function refuseClient(shown: ShownCertificate, tls: ServerTls): string | undefined {
  if (!demandsCertificate(tls)) return undefined
  if (shown.certificate === undefined) return 'it shows none'
  if (!shown.authorized) return shown.problem
  return refuseCommonName(shown.certificate, tls.allowedCns ?? [])
}

function refuseName(
  certificate: PeerCertificate,
  tls: ClientTls,
  host: string,
): string | undefined {
  const allowed = tls.allowedCns ?? []
  if (allowed.length > 0) return refuseCommonName(certificate, allowed)
  return checkServerIdentity(host, certificate) === undefined
    ? undefined
    : `it is made out to "${commonName(certificate)}", not to "${host}"`
}

function refuseCommonName(
  certificate: PeerCertificate,
  allowed: readonly string[],
): string | undefined {
  const name = commonName(certificate)
  return allowed.length === 0 || allowed.includes(name)
    ? undefined
    : `its common name "${name}" is not among the allowed ones`
}

function commonName(certificate: PeerCertificate): string {
  const name: string | readonly string[] | undefined = certificate.subject.CN
  return typeof name === 'string' ? name : (name?.[0] ?? '')
}
