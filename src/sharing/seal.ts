import { parseStrictJson } from '../formats/strict-json.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { SigningKey, VerifyingKey } from './keys.ts'

/**
 * The seal: a JWS in compact form (RFC 7515, 3.1) over the exact payload bytes, `alg` "Ed25519" (RFC 9864), header
 * `alg`, `kid` and `typ` and nothing else. The key fixes the algorithm; nothing in a message chooses a key that was
 * not pinned before (RFC 8725, 3.1 and 3.11).
 */

/** Each kind of message has its own `typ`, so that one can never be taken for another. */
export type SealType =
  | 'azel-item+jws'
  | 'azel-checkpoint+jws'
  | 'azel-birth+jws'
  | 'azel-status+jws'
  | 'azel-receipt+jws'
  | 'azel-resend+jws'

/** A record is about 2 KiB; this bounds what is looked at before a signature has been checked. */
export const SEALED_BYTES_MAX = 65_536

export const seal = (options: {
  readonly type: SealType
  readonly key: SigningKey
  readonly payload: unknown
}): string => {
  const header = JSON.stringify({ alg: 'Ed25519', kid: options.key.keyId, typ: options.type })
  const signed = `${base64url(header)}.${base64url(JSON.stringify(options.payload))}`
  const signature = options.key.sign(Buffer.from(signed, 'ascii'))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

/**
 * Checks a seal and gives the payload. The signature is checked over the bytes as they came, before the payload is
 * parsed.
 *
 * Errors: `message.too-large`, `seal.invalid` (with what is wrong), `stream.malformed` (signed, but no strict JSON).
 */
export const unseal = (options: {
  readonly sealed: Uint8Array
  readonly type: SealType
  readonly keys: readonly VerifyingKey[]
}): Result<unknown, Fault> => {
  const { sealed } = options
  if (sealed.length > SEALED_BYTES_MAX) {
    return err(
      fault(
        'message.too-large',
        `A message of ${sealed.length} bytes came; the limit is ${SEALED_BYTES_MAX}`,
      ),
    )
  }
  const parts = Buffer.from(sealed).toString('latin1').split('.')
  const [headerPart, payloadPart, signaturePart] = parts
  if (
    parts.length !== 3 ||
    headerPart === undefined ||
    payloadPart === undefined ||
    signaturePart === undefined
  ) {
    return err(fault('seal.invalid', 'The message is not signed (no compact JWS)'))
  }
  const headerBytes = decodeBase64url(headerPart)
  const payload = decodeBase64url(payloadPart)
  const signature = decodeBase64url(signaturePart)
  if (headerBytes === undefined || payload === undefined || signature === undefined) {
    return err(fault('seal.invalid', 'The message is not signed (no strict base64url)'))
  }
  const header = readHeader(headerBytes)
  if (header === undefined)
    return err(fault('seal.invalid', 'The signature header has members that are not allowed'))
  if (header.alg !== 'Ed25519' && header.alg !== 'EdDSA') {
    return err(fault('seal.invalid', `The signature algorithm "${printable(header.alg, 20)}" is not allowed`))
  }
  if (header.typ !== options.type) {
    return err(
      fault('seal.invalid', `The message says it is "${printable(header.typ, 40)}", not "${options.type}"`),
    )
  }
  const key = options.keys.find((candidate) => candidate.keyId === header.kid)
  if (key === undefined) {
    return err(
      fault('seal.invalid', `The message is signed with an unknown key ${printable(header.kid, 43)}`),
    )
  }
  if (!key.verify(Buffer.from(`${headerPart}.${payloadPart}`, 'ascii'), signature)) {
    return err(fault('seal.invalid', 'The signature does not fit: the message was altered or forged'))
  }
  const parsed = parseStrictJson(payload)
  if (!parsed.ok) return err(fault('stream.malformed', `A signed message cannot be read: ${parsed.error}`))
  return ok(parsed.value)
}

/** A stranger's text, as it may stand in a log or on a terminal: no control characters. */
const printable = (text: string, length: number): string =>
  text.slice(0, length).replace(/[^\x20-\x7e]/g, '?')

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')

/** Strict: one text for one sequence of bytes, no padding, no white space. */
const decodeBase64url = (text: string): Uint8Array | undefined => {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === text ? bytes : undefined
}

const HEADER_MEMBERS = new Set(['alg', 'kid', 'typ'])

const readHeader = (bytes: Uint8Array): { alg: string; kid: string; typ: string } | undefined => {
  const parsed = parseStrictJson(bytes)
  if (!parsed.ok || parsed.value === null || typeof parsed.value !== 'object') return undefined
  const entries = Object.entries(parsed.value)
  if (entries.length !== HEADER_MEMBERS.size) return undefined
  const members = new Map<string, string>()
  for (const [name, value] of entries) {
    if (!HEADER_MEMBERS.has(name) || typeof value !== 'string') return undefined
    members.set(name, value)
  }
  return {
    alg: members.get('alg') ?? '',
    kid: members.get('kid') ?? '',
    typ: members.get('typ') ?? '',
  }
}
