import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { parsePublicKey, signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { SEALED_BYTES_MAX, seal, unseal } from '../../src/sharing/seal.ts'

const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/crypto/jws-ed25519.json', import.meta.url), 'utf8'),
) as {
  readonly jwk: { readonly d: string; readonly x: string }
  readonly thumbprint_sha256: string
  readonly payload: string
  readonly compact: { readonly EdDSA: string; readonly Ed25519: string }
}
const key = signingKeyFromSeed(Buffer.from(vectors.jwk.d, 'base64url'))
const type = 'azel-item+jws'
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')

/** Any header and payload, rightly signed with our key. */
const signed = (header: string, payload = '{"a":1}'): string => {
  const text = `${encode(header)}.${encode(payload)}`
  return `${text}.${Buffer.from(key.sign(Buffer.from(text))).toString('base64url')}`
}
const open = (sealed: string | Uint8Array, keys = [key.publicKey]) =>
  unseal({ sealed: typeof sealed === 'string' ? Buffer.from(sealed, 'latin1') : sealed, type, keys })
const codeOf = (outcome: ReturnType<typeof open>) => (outcome.ok ? 'ok' : outcome.error.code)
const header = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({ alg: 'Ed25519', kid: key.keyId, typ: type, ...changes })

describe('keys', () => {
  it('gives the public key and thumbprint of RFC 8037 [RFC 8037 A.2, A.3]', () => {
    expect(key.publicKey.text).toBe(vectors.jwk.x)
    expect(key.keyId).toBe(vectors.thumbprint_sha256)
    expect(unwrap(parsePublicKey(vectors.jwk.x)).keyId).toBe(vectors.thumbprint_sha256)
  })

  it.each(['EdDSA', 'Ed25519'] as const)(
    'signs and verifies as RFC 8037 does, alg %s [RFC 8037 A.4, A.5]',
    (alg) => {
      const [head = '', payload = '', signature = ''] = vectors.compact[alg].split('.')
      const bytes = Buffer.from(`${head}.${payload}`)
      expect(Buffer.from(key.sign(bytes)).toString('base64url')).toBe(signature)
      expect(key.publicKey.verify(bytes, Buffer.from(signature, 'base64url'))).toBe(true)
    },
  )

  it('refuses a public key for which anybody can sign', () => {
    const one = Buffer.alloc(32)
    one[0] = 1
    const signBit = Buffer.from(one)
    signBit[31] = 0x80
    const eight = Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')
    for (const weak of [Buffer.alloc(32), one, signBit, eight]) {
      expect(parsePublicKey(weak.toString('base64url'))).toMatchObject({
        ok: false,
        error: { code: 'key.invalid' },
      })
    }
  })

  it.each([
    '',
    'x',
    `${vectors.jwk.x}=`,
    ` ${vectors.jwk.x}`,
    `${vectors.jwk.x.slice(0, 42)}p`,
    'A'.repeat(44),
  ])('refuses %j as a public key', (text) => {
    expect(parsePublicKey(text)).toMatchObject({ ok: false, error: { code: 'key.invalid' } })
  })
})

describe('the seal', () => {
  it('opens what it closed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (payload) => {
        fc.pre(!JSON.stringify(payload).includes('__proto__'))
        const outcome = open(seal({ type, key, payload }))
        expect(outcome).toEqual({ ok: true, value: JSON.parse(JSON.stringify(payload)) })
      }),
    )
  })

  it('takes both names of the algorithm [RFC 9864 2.2, RFC 8037 3.1]', () => {
    expect(codeOf(open(signed(header())))).toBe('ok')
    expect(codeOf(open(signed(header({ alg: 'EdDSA' }))))).toBe('ok')
  })

  it('refuses any single changed byte', () => {
    const sealed = Buffer.from(
      seal({ type, key, payload: { measuredHz: 145_800_000.25, number: 7 } }),
      'ascii',
    )
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed)
      altered[at] = (altered[at] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0x20)
      expect(codeOf(open(altered))).toBe('seal.invalid')
    }
  })

  it.each([
    ['none', { alg: 'none' }],
    ['HS256 with the public key as its secret', { alg: 'HS256' }],
    ['ES256', { alg: 'ES256' }],
    ['Ed448', { alg: 'Ed448' }],
    ['another case', { alg: 'ed25519' }],
    ['a key of its own', { jwk: { kty: 'OKP', crv: 'Ed25519', x: key.publicKey.text } }],
    ['a key to fetch', { jku: 'https://evil.example/keys' }],
    ['a critical extension', { crit: ['b64'], b64: false }],
    ['b64', { b64: false }],
    ['a content type', { cty: 'JWT' }],
    ['another typ', { typ: 'azel-receipt+jws' }],
    ['typ JWT', { typ: 'JWT' }],
    ['an unknown key', { kid: 'A'.repeat(43) }],
    ['kid as a number', { kid: 1 }],
  ])(
    'refuses a rightly signed message whose header has %s [RFC 8725 3.1, 3.11; RFC 7515 4.1.11]',
    (_name, changes) => {
      expect(codeOf(open(signed(header(changes))))).toBe('seal.invalid')
    },
  )

  it.each([
    ['without a kid', JSON.stringify({ alg: 'Ed25519', typ: type })],
    ['that says a member twice', `{"alg":"none","alg":"Ed25519","kid":"${key.keyId}","typ":"${type}"}`],
    ['that is a list', '["Ed25519","x","y"]'],
    ['that is null', 'null'],
    ['that is no JSON', 'alg=Ed25519'],
  ])('refuses a header %s [RFC 7515 4]', (_name, text) => {
    expect(codeOf(open(signed(text)))).toBe('seal.invalid')
  })

  it('refuses every other way to write the same bytes', () => {
    const good = signed(header())
    const [head = '', payload = '', signature = ''] = good.split('.')
    // The last character of 64 bytes has four bits that mean nothing.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(signature.slice(-1))
    const twin = `${signature.slice(0, -1)}${alphabet[last + 1]}`
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(signature, 'base64url'))
    const others = [
      `${head}.${payload}.${twin}`,
      `${good}=`,
      `${good}==`,
      `${good}\n`,
      ` ${good}`,
      `${head}.${payload}.${signature}.`,
      `${head}.${payload}`,
      `${head}..${signature}`,
      `.${payload}.${signature}`,
      `${head}.${payload}.`,
      `${head}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}=`,
      '',
      '..',
    ]
    for (const other of others) expect(codeOf(open(other))).toBe('seal.invalid')
  })

  it('refuses a signature of a stranger who claims our key', () => {
    const stranger = signingKeyFromSeed(new Uint8Array(32).fill(9))
    const forged = seal({ type, key: { ...stranger, keyId: key.keyId }, payload: {} })
    expect(open(forged)).toMatchObject({ error: { message: expect.stringContaining('altered or forged') } })
    expect(codeOf(open(seal({ type, key: stranger, payload: {} })))).toBe('seal.invalid')
  })

  it('refuses a signed payload that can be read two ways, and a signed bomb', () => {
    expect(codeOf(open(signed(header(), '{"number":1,"number":2}')))).toBe('stream.malformed')
    expect(codeOf(open(signed(header(), '['.repeat(40_000))))).toBe('stream.malformed')
    expect(codeOf(open(signed(header(), 'x')))).toBe('stream.malformed')
  })

  it('looks at no more than its limit before the signature is checked', () => {
    expect(codeOf(open(new Uint8Array(SEALED_BYTES_MAX + 1)))).toBe('message.too-large')
    expect(codeOf(open(new Uint8Array(SEALED_BYTES_MAX)))).toBe('seal.invalid')
  })

  it("puts no stranger's control characters into a message for a person", () => {
    for (const member of ['alg', 'kid', 'typ']) {
      const outcome = open(signed(header({ [member]: '\u001b[2Jowned\u0007\n' })))
      expect(outcome.ok).toBe(false)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      if (!outcome.ok) expect(outcome.error.message).not.toMatch(/[\x00-\x1f]/)
    }
  })

  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(open(bytes))).toBe('seal.invalid')
      }),
    )
  })
})
