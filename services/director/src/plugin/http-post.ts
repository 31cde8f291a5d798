// One HTTP request with a body, as the senders need it: whole answer or error, nothing followed, nothing kept open.
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'

export interface HttpPost {
  readonly url: URL
  readonly method: 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** PEM file of who signed the server's certificate; the system's own when not given. */
  readonly caFile: string | undefined
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  /** The beginning of the answer. */
  readonly text: string
}

const MAX_ANSWER_CHARS = 4_000

/** Resolves with any answer, whatever its status; rejects when there is none. Redirections are not followed. */
export async function httpPost(post: HttpPost): Promise<HttpAnswer> {
  const { url, method, headers, body, caFile, signal } = post
  const options: RequestOptions = {
    method,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    signal,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile) }),
  }
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = start(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < MAX_ANSWER_CHARS) text += chunk
      })
      response.once('error', reject)
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, text: text.slice(0, MAX_ANSWER_CHARS) })
      })
    })
    request.once('error', reject)
    request.end(body)
  })
}

/** Throws unless the answer is a success; the server's own words go into the text. */
export function expectSuccess({ status, text }: HttpAnswer): void {
  if (status >= 200 && status < 300) return
  const [line = ''] = text.trim().split('\n')
  throw new Error(`it answered ${status}${line === '' ? '' : `: ${line.slice(0, 200)}`}`)
}

/** The header of HTTP basic authentication. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
