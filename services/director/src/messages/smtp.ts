// Hands a mail to an SMTP server: the only file that knows nodemailer.
import { CofferError, messageOf } from '@coffer/core'
import { createTransport } from 'nodemailer'

export interface Mail {
  readonly from: string
  /** Addresses, separated by commas. */
  readonly to: string
  readonly subject: string
  readonly text: string
}

const TIMEOUT_MS = 30_000

/**
 * Sends one mail. `server` is "host", "host:port", or a URL `smtp://user:password@host:port`, `smtps://…`. Throws
 * `mail-undelivered`, without the password.
 */
export async function sendMail(server: string, mail: Mail): Promise<void> {
  const transport = createTransport({
    ...serverOptions(server),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail({ ...mail })
  } catch (cause) {
    throw new CofferError('mail-undelivered', `${shownServer(server)}: ${messageOf(cause)}`, {
      cause,
    })
  } finally {
    transport.close()
  }
}

interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly tls?: { readonly rejectUnauthorized: boolean }
}

/**
 * A server that needs a password must show a good certificate. One that needs none is met as mail servers meet each other:
 * encrypted when it offers that, whatever its certificate.
 */
export function serverOptions(server: string): ServerOptions {
  const url = parseServer(server)
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  const port = url.port === '' ? (secure ? 465 : 25) : Number(url.port)
  if (url.username !== '') {
    const auth = { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
    return { host, port, secure, auth }
  }
  return secure
    ? { host, port, secure }
    : { host, port, secure, tls: { rejectUnauthorized: false } }
}

function parseServer(server: string): URL {
  const text = server.includes('://') ? server : `smtp://${server}`
  if (!/^smtps?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new CofferError('mail-undelivered', 'the Mail Server is neither host:port nor smtp://…')
  }
  return new URL(text)
}

function shownServer(server: string): string {
  const { hostname, port } = parseServer(server)
  return `SMTP server ${hostname}${port === '' ? '' : `:${port}`}`
}
