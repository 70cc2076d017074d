import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { type Fault, fault, messageOf } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'

/** An Ed25519 key that signs. The private part never leaves this object. */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key, base64url: names the key in a JWS header. */
  readonly keyId: string
  readonly publicKey: VerifyingKey
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

export interface VerifyingKey {
  readonly keyId: string
  /** The 32 bytes of the public key, base64url: what is handed to the other side. */
  readonly text: string
  readonly verify: (bytes: Uint8Array, signature: Uint8Array) => boolean
}

// RFC 8410, section 7: the fixed DER head of an Ed25519 private key in PKCS #8, and of a public key in SPKI.
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')
/** Length of an Ed25519 private key (RFC 8032, 5.1.5). */
export const SEED_BYTES = 32

const concat = (head: Uint8Array, tail: Uint8Array): Buffer => Buffer.concat([head, tail])

const thumbprint = (x: string): string =>
  // RFC 7638, 3.2 with RFC 8037, 2: the required members in lexical order, no white space.
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')

const verifyingKeyOf = (key: KeyObject): VerifyingKey => {
  const text = key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length).toString('base64url')
  return {
    keyId: thumbprint(text),
    text,
    verify: (bytes, signature) => verify(null, bytes, key, signature),
  }
}

/** The key that belongs to a seed of 32 bytes (RFC 8032, 5.1.5). */
export const signingKeyFromSeed = (seed: Uint8Array): SigningKey => {
  if (seed.length !== SEED_BYTES) throw new Error(`internal mistake: a seed has 32 bytes, not ${seed.length}`)
  const key = createPrivateKey({ key: concat(PKCS8_HEAD, seed), format: 'der', type: 'pkcs8' })
  const publicKey = verifyingKeyOf(createPublicKey(key))
  return { keyId: publicKey.keyId, publicKey, sign: (bytes) => sign(null, bytes, key) }
}

// Points of small order: under such a "key" signatures can be made by anybody. The encodings without their sign bit,
// from libsodium's has_small_order (ISC licence).
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])
const SIGN_BIT = 0x80

const isOfSmallOrder = (raw: Uint8Array): boolean => {
  const unsigned = Buffer.from(raw)
  const last = unsigned.length - 1
  unsigned[last] = (unsigned[last] ?? 0) & ~SIGN_BIT
  return SMALL_ORDER.has(unsigned.toString('hex'))
}

/** Reads a public key as this program prints it: 43 characters of base64url. */
export const parsePublicKey = (text: string): Result<VerifyingKey, Fault> => {
  const raw = Buffer.from(text, 'base64url')
  if (raw.length !== SEED_BYTES || raw.toString('base64url') !== text) {
    return err(
      fault('key.invalid', `"${text.slice(0, 60)}" is no public key: it has 43 letters, digits, "-" and "_"`),
    )
  }
  if (isOfSmallOrder(raw)) {
    return err(fault('key.invalid', `"${text}" is no safe public key: anybody can sign for it`))
  }
  try {
    return ok(verifyingKeyOf(createPublicKey({ key: concat(SPKI_HEAD, raw), format: 'der', type: 'spki' })))
  } catch (thrown) {
    return err(fault('key.invalid', `The public key cannot be used: ${messageOf(thrown)}`))
  }
}
