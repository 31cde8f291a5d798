// What the two ends of a connection need for TLS.

/** Certificate checks that the configuration adds to the Password; all PEM texts, not paths. */
interface PeerChecks {
  /** Certificates of the authorities that may have signed the peer's certificate. */
  readonly caPem?: string | undefined
  /** Demand a certificate signed by `caPem`. Default: whether `caPem` is given. */
  readonly verifyPeer?: boolean | undefined
  /** Common names of which the peer's certificate must carry one; needs `caPem`. */
  readonly allowedCns?: readonly string[] | undefined
}

export interface ServerTls extends PeerChecks {
  readonly certificatePem: string
  readonly keyPem: string
}

export interface ClientTls extends PeerChecks {
  readonly certificatePem?: string | undefined
  readonly keyPem?: string | undefined
  /** Hex SHA-256 of the one certificate that the server must show, or '' and undefined for any. */
  readonly certificateSha256?: string | undefined
}
