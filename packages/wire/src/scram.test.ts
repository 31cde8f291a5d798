import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  authMessage,
  clientFinal,
  clientFinalBare,
  clientFirstBare,
  clientProof,
  equalTexts,
  escapeName,
  gs2Header,
  isClientProof,
  isScramName,
  isServerFinal,
  MAX_ITERATIONS,
  MIN_ITERATIONS,
  parseClientFinal,
  parseClientFirst,
  parseServerFirst,
  scramKeys,
  serverFinal,
  serverFirst,
  unescapeName,
} from './scram.ts'

// The exchange of RFC 7677, section 3: user "user", password "pencil".
const RFC = {
  clientNonce: 'rOprNGfwEbeRWgbNEkqO',
  nonce: 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  salt: Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverFirst:
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
}

describe('the exchange of RFC 7677', () => {
  it('comes out of the same inputs, text by text', async () => {
    const binding = { kind: 'none' } as const
    const firstBare = clientFirstBare('user', RFC.clientNonce)
    expect(gs2Header('none') + firstBare).toBe(RFC.clientFirst)

    const first = serverFirst({ nonce: RFC.nonce, salt: RFC.salt, iterations: 4096 })
    expect(first).toBe(RFC.serverFirst)
    expect(parseServerFirst(first, RFC.clientNonce)?.iterations).toBe(4096)

    const keys = await scramKeys('pencil', RFC.salt, 4096)
    const bare = clientFinalBare(binding, RFC.nonce)
    const message = authMessage(firstBare, first, bare)
    expect(clientFinal({ bare, proof: clientProof(keys, message) })).toBe(RFC.clientFinal)
    expect(serverFinal(keys, message)).toBe(RFC.serverFinal)
    expect(isServerFinal(keys, message, RFC.serverFinal)).toBe(true)

    const received = parseClientFinal(RFC.clientFinal)
    expect(received?.bare).toBe(bare)
    expect(isClientProof(keys, message, received?.proof ?? Buffer.alloc(32))).toBe(true)
  })

  it('fails for another password', async () => {
    const keys = await scramKeys('pencils', RFC.salt, 4096)
    const bare = clientFinalBare({ kind: 'none' }, RFC.nonce)
    const message = authMessage(clientFirstBare('user', RFC.clientNonce), RFC.serverFirst, bare)
    const proof = parseClientFinal(RFC.clientFinal)?.proof ?? Buffer.alloc(32)
    expect(isClientProof(keys, message, proof)).toBe(false)
    expect(isServerFinal(keys, message, RFC.serverFinal)).toBe(false)
  })
})

// Computed with Python's hmac and hashlib from the same inputs; binding data is the SHA-256 of "certificate".
describe('the exchange with channel binding', () => {
  it('puts header and binding data into the last message and signs them', async () => {
    const data = Buffer.from(
      '03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72',
      'hex',
    )
    const binding = { kind: 'tls-server-end-point', data } as const
    const firstBare = clientFirstBare('job:Backup=Etc,1', RFC.clientNonce)
    expect(gs2Header(binding.kind) + firstBare).toBe(
      'p=tls-server-end-point,,n=job:Backup=3DEtc=2C1,r=rOprNGfwEbeRWgbNEkqO',
    )
    const keys = await scramKeys('pencil', RFC.salt, 4096)
    const bare = clientFinalBare(binding, RFC.nonce)
    const message = authMessage(firstBare, RFC.serverFirst, bare)
    expect(clientFinal({ bare, proof: clientProof(keys, message) })).toBe(
      'c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsA9Zt0Ig1wco/EozOrNHzGslBYwlrIPRFroQoW8CDLXI=,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=rE+5Y+owHFo7hNdwoUe0UunJW/GSIGzdscrY5vQOVko=',
    )
    expect(serverFinal(keys, message)).toBe('v=emyoe1B74pFw2/Ba6u96sVOQ9zWWt/CH9KdZG50Q5Oc=')
  })
})

describe('names', () => {
  it('come back from their escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const escaped = escapeName(name)
        expect(escaped).not.toContain(',')
        expect(unescapeName(escaped)).toBe(name)
      }),
    )
  })

  it('with malformed escapes are refused', () => {
    expect(unescapeName('a=2')).toBeUndefined()
    expect(unescapeName('a=2c')).toBeUndefined()
    expect(unescapeName('=')).toBeUndefined()
  })

  it('hold no control characters and have a bounded length', () => {
    expect(isScramName('director:Müller-dir')).toBe(true)
    expect(isScramName('console:*UserAgent*')).toBe(true)
    for (const bad of ['', 'a\nb', 'a\u0000', 'a\u200e', '\ud800', 'x'.repeat(257)]) {
      expect(isScramName(bad)).toBe(false)
    }
  })
})

describe('parsing', () => {
  it('takes nothing malformed and never fails', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const first = parseClientFirst(text)
        if (first !== undefined) expect(first.header + first.bare).toBe(text)
        parseServerFirst(text, 'x')
        parseClientFinal(text)
      }),
    )
  })

  it('refuses authzid, unknown extensions and weak nonces', () => {
    const nonce = RFC.clientNonce
    expect(parseClientFirst(`n,,n=a,r=${nonce}`)).toMatchObject({ name: 'a', nonce })
    expect(parseClientFirst(`p=tls-server-end-point,,n=a,r=${nonce}`)?.name).toBe('a')
    expect(parseClientFirst(`n,a=admin,n=a,r=${nonce}`)).toBeUndefined()
    expect(parseClientFirst(`n,,m=ext,n=a,r=${nonce}`)).toBeUndefined()
    expect(parseClientFirst(`n,,n=a,r=${nonce},x=1`)).toBeUndefined()
    expect(parseClientFirst('n,,n=a,r=short')).toBeUndefined()
    expect(parseClientFirst(`n,,n=a=,r=${nonce}`)).toBeUndefined()
  })

  it('refuses a server that drops our nonce or asks for too little or too much work', () => {
    const offer = (nonce: string, iterations: number) =>
      parseServerFirst(serverFirst({ nonce, salt: RFC.salt, iterations }), RFC.clientNonce)
    expect(offer(RFC.nonce, MIN_ITERATIONS)?.salt).toEqual(RFC.salt)
    expect(offer(RFC.nonce, MAX_ITERATIONS)).toBeDefined()
    expect(offer(RFC.nonce, MIN_ITERATIONS - 1)).toBeUndefined()
    expect(offer(RFC.nonce, MAX_ITERATIONS + 1)).toBeUndefined()
    expect(offer(RFC.clientNonce, 4096)).toBeUndefined()
    expect(offer(`x${RFC.nonce}`, 4096)).toBeUndefined()
    expect(parseServerFirst(`r=${RFC.nonce},s=AAAA,i=4096`, RFC.clientNonce)).toBeUndefined()
  })
})

describe('equalTexts', () => {
  it('compares texts of any length', () => {
    expect(equalTexts('a', 'a')).toBe(true)
    expect(equalTexts('a', 'ab')).toBe(false)
    expect(equalTexts('', '')).toBe(true)
  })
})
