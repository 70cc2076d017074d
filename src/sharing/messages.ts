import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import {
  type DataMode,
  dataModeSchema,
  identifierSchema,
  instantSchema,
  sharedObservationSchema,
} from '../observation/record.ts'
import type { VerifyingKey } from './keys.ts'
import { type SealType, unseal } from './seal.ts'

/**
 * What goes between a station and its partners, each sealed with its own `typ`. Additive fields are accepted, so
 * that versions can be mixed.
 */

const hashSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const countSchema = z.int().nonnegative()

/** What the numbers and hashes of a message belong to. */
const streamAddress = {
  station: identifierSchema,
  dataMode: dataModeSchema,
  stream: identifierSchema,
  partner: identifierSchema,
}

/** One numbered item of one partner's stream: the record as he is entitled to it. */
export const itemSchema = z.looseObject({
  schema: z.literal('azel.item/1'),
  ...streamAddress,
  agreement: identifierSchema,
  product: identifierSchema,
  /** 1, 2, 3 … without a gap: counted after the release gate, so it tells nothing of what was withheld. */
  number: z.int().positive(),
  /** SHA-256 of the item before, over its sealed bytes; of nothing for the first. */
  previous: hashSchema,
  /** 128 random bits: a record of few possible values could be guessed from its hash without them. */
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  releasedUtc: instantSchema,
  record: sharedObservationSchema,
})
export type Item = z.infer<typeof itemSchema>

/** How often the station says its checkpoints again, and how long one holds: three periods. */
export const CHECKPOINT_PERIOD = ms(60_000)
export const CHECKPOINT_VALID = ms(180_000)

/** The station's word on how far a stream goes. Retained by the broker, and said again before `validUntilUtc`. */
export const checkpointSchema = z
  .looseObject({
    schema: z.literal('azel.checkpoint/1'),
    ...streamAddress,
    number: countSchema,
    head: hashSchema,
    /** The lowest number that the station still keeps and can send again. */
    oldest: z.int().positive(),
    /** Up to here the station holds the partner's receipt; less than he signed for means that one was lost. */
    receipted: countSchema,
    bootId: z.string().max(64),
    issuedUtc: instantSchema,
    validUntilUtc: instantSchema,
  })
  .refine(({ number, oldest }) => oldest <= Math.max(number, 1), {
    path: ['oldest'],
    message: 'it is beyond the end of the stream',
  })
export type Checkpoint = z.infer<typeof checkpointSchema>

/** The partner's word that he holds and has verified everything up to `through`. Cumulative: a later one says it all. */
export const receiptSchema = z.looseObject({
  schema: z.literal('azel.receipt/1'),
  ...streamAddress,
  through: countSchema,
  head: hashSchema,
  issuedUtc: instantSchema,
})
export type Receipt = z.infer<typeof receiptSchema>

/** The partner asks for a range again. */
export const resendSchema = z.looseObject({
  schema: z.literal('azel.resend/1'),
  ...streamAddress,
  from: z.int().positive(),
  to: z.int().positive(),
  issuedUtc: instantSchema,
})
export type Resend = z.infer<typeof resendSchema>

/** Who the station is. The place is coarsened as the owner configured. */
export const birthSchema = z.looseObject({
  schema: z.literal('azel.birth/1'),
  station: identifierSchema,
  name: z.string().max(128),
  dataMode: dataModeSchema,
  bootId: z.string().max(64),
  software: z.string().max(64),
  issuedUtc: instantSchema,
  latitudeDeg: z.number().min(-90).max(90),
  longitudeDeg: z.number().min(-180).max(180),
  /** What the place was rounded to, degrees. */
  placeResolutionDeg: z.number().nonnegative(),
  antenna: z.looseObject({
    kind: z.enum(['fixed', 'azimuth-elevation']),
    beamWidthDeg: z.number().positive(),
  }),
})
export type Birth = z.infer<typeof birthSchema>

/** Alive, stopped on purpose, or (as the broker's will) gone. */
export const statusSchema = z.looseObject({
  schema: z.literal('azel.status/1'),
  station: identifierSchema,
  dataMode: dataModeSchema,
  bootId: z.string().max(64),
  state: z.enum(['alive', 'stopped', 'lost']),
  issuedUtc: instantSchema,
})
export type Status = z.infer<typeof statusSchema>

export const hashOf = (sealed: Uint8Array): string => createHash('sha256').update(sealed).digest('base64url')

/** What the first item of a stream names as the one before. */
export const EMPTY_STREAM_HASH = hashOf(new Uint8Array())

/**
 * The name of a stream: fixed by station, partner, agreement, product and data mode, shapeless to others, and fit for a
 * topic. Not a secret: the broker's access list is what keeps strangers off.
 */
export const streamIdOf = (options: {
  readonly station: string
  /** Part of the name: an agreement's id that is used again for somebody else must not open the first one's stream. */
  readonly partner: string
  readonly agreement: string
  readonly product: string
  readonly dataMode: DataMode
}): string =>
  createHash('sha256')
    .update(
      [
        'azel-stream-1',
        options.station,
        options.partner,
        options.agreement,
        options.product,
        options.dataMode,
      ].join('\n'),
    )
    .digest('hex')
    .slice(0, 32)

/** Checks the seal, then the form. */
export const openMessage = <Schema extends z.ZodType>(options: {
  readonly sealed: Uint8Array
  readonly type: SealType
  readonly keys: readonly VerifyingKey[]
  readonly schema: Schema
}): Result<z.infer<Schema>, Fault> => {
  const payload = unseal(options)
  if (!payload.ok) return payload
  const message = options.schema.safeParse(payload.value)
  if (message.success) return ok(message.data)
  const issue = message.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'the message' : `"${issue.path.join('.')}"`
  return err(
    fault('stream.malformed', `A signed message is not as agreed: ${where}: ${issue?.message ?? 'unknown'}`),
  )
}
