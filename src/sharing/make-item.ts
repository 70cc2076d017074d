import { createHash, createHmac } from 'node:crypto'
import type { Observation } from '../observation/record.ts'
import type { Agreement } from './agreement.ts'
import type { SigningKey } from './keys.ts'
import { hashOf, type Item } from './messages.ts'
import { makeProduct } from './product.ts'
import { seal } from './seal.ts'

const SALT_BYTES = 16
// 128 bits in hexadecimal: what an identifier has room for.
const ALIAS_CHARACTERS = 32

/** Makes the numbered, chained and sealed item of a record that the gate has released. */
export type MakeItem = (options: {
  readonly agreement: Agreement
  /** The stream as it stands before this item. */
  readonly stream: { readonly stream: string; readonly number: number; readonly head: string }
  readonly record: Observation
  readonly releasedUtc: string
}) => { readonly number: number; readonly sealed: Uint8Array; readonly hash: string }

export const createItemMaker = (options: {
  readonly station: string
  readonly key: SigningKey
  readonly randomBytes: (length: number) => Uint8Array
}): MakeItem => {
  const { station, key } = options
  // An Ed25519 signature is a function of key and text (RFC 8032), and this one is shown to nobody: a secret that
  // stays the same over restarts without a file of its own.
  const secret = createHash('sha256')
    .update(key.sign(Buffer.from('azel-pass-alias-1')))
    .digest()
  return ({ agreement, stream, record, releasedUtc }) => {
    const passAlias = createHmac('sha256', secret)
      .update(`${stream.stream}\n${record.passId}`)
      .digest('hex')
      .slice(0, ALIAS_CHARACTERS)
    const payload: Item = {
      schema: 'azel.item/1',
      station,
      dataMode: record.dataMode,
      stream: stream.stream,
      partner: agreement.partnerId,
      agreement: agreement.id,
      product: agreement.product,
      number: stream.number + 1,
      previous: stream.head,
      salt: Buffer.from(options.randomBytes(SALT_BYTES)).toString('base64url'),
      releasedUtc,
      record: makeProduct({ record, coarsening: agreement.coarsening, passAlias }),
    }
    const sealed = Buffer.from(seal({ type: 'azel-item+jws', key, payload }), 'ascii')
    return { number: payload.number, sealed, hash: hashOf(sealed) }
  }
}
