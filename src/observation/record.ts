import { z } from 'zod'
import { identifierPattern } from './identifier.ts'

/**
 * The observation: what one station measured of one signal at one instant, and all that is needed to believe it.
 *
 * Predicted, commanded, reported and measured values are fields of their own and never stand in for one another
 * (law 1). Instants are ISO 8601 UTC with six decimals. Consumers accept fields that they do not know; a field that
 * is here keeps its meaning within version 1.
 */
export const OBSERVATION_SCHEMA = 'azel.observation/1'

/** ISO 8601, UTC, as `formatUtc` writes it. */
export const instantSchema = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{1,9}Z$/)

/** Of ids that stand in topics and files. */
export const identifierSchema = z
  .string()
  .regex(identifierPattern, 'use lower-case letters, digits and hyphens, at most 32')

/**
 * What the data may be used for. SIMULATED is for ever: a record of any simulated device carries nothing else.
 * (UDL: REAL, TEST, SIMULATED, EXERCISE.)
 */
export const dataModeSchema = z.enum(['REAL', 'TEST', 'EXERCISE', 'SIMULATED'])
export type DataMode = z.infer<typeof dataModeSchema>

/** What a device was: hardware, or software that plays it. */
export const provenanceSchema = z.enum(['real', 'simulated'])

const directionSchema = z.looseObject({
  /** Azimuth clockwise from true north, degrees, [0, 360). */
  azimuthDeg: z.number().min(-360).max(720),
  /** Elevation above the horizon, degrees. */
  elevationDeg: z.number().min(-90).max(180),
})

const participantSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('satellite'),
    catalogNumber: z.int().min(1).max(999_999_999),
    /** International designator, `1998-067A`, or empty where there is none. */
    objectId: z.string().max(32),
    name: z.string().max(64),
  }),
  z.looseObject({ kind: z.literal('station'), id: identifierSchema }),
])

/** How good the time stamp is. `errorBoundMs` holds the clock's and the sample's part together. */
const timeQualitySchema = z.looseObject({
  /** How the instant was made: counted samples behind an anchor, or the host's arrival time. */
  method: z.enum(['sample-count', 'host-arrival']),
  /** 1σ of the instant, ms, random part. */
  sigmaMs: z.number().nonnegative(),
  /** 1σ of the delay between antenna and host, ms: an offset common to many records, not in `sigmaMs`. */
  delaySigmaMs: z.number().nonnegative(),
  /** Bound on the error, ms; absent where nothing can be said. */
  errorBoundMs: z.number().nonnegative().optional(),
  /** What keeps the station's clock, and whether it says that it is synchronised. */
  clockSource: z.string().max(64),
  synchronised: z.boolean(),
})

const correctionSchema = z.looseObject({
  /** What was corrected: `time`, `frequency`, `azimuth`, `elevation`. */
  quantity: z.enum(['time', 'frequency', 'azimuth', 'elevation']),
  name: z.string().max(64),
  /** The amount that was ADDED to the raw value to get the value in this record, in the unit named. */
  addedValue: z.number(),
  unit: z.string().max(8),
})

/** How sure a prediction is, and what it was made with. A bound on nothing: one standard deviation each. */
const predictionSchema = z.looseObject({
  /** From the elements' epoch to `timeUtc`, s; negative before the epoch. */
  elementsAgeSec: z.number(),
  /** 1σ along the track against the truth, km; objects that manoeuvre meanwhile left out (`manoeuvreShare`). */
  alongTrackSigmaKm: z.number().positive(),
  /** 1σ of the instant at which it is at a given place of its orbit, s; absent for what nearly stands still. */
  timeSigmaSec: z.number().positive().optional(),
  /** The share of such objects that leave these figures altogether, mostly by a manoeuvre, [0, 1]. */
  manoeuvreShare: z.number().min(0).max(1),
  /** What the above was learned from. */
  uncertainty: z.string().max(256),
  /** Model and weather that lift `pointing.predictedApparent`, or `none`. */
  refraction: z.string().max(128),
  /** How the Earth's rotation is known: `UT1 = UTC`, or by which bulletin. */
  ut1: z.string().max(128),
})

/** Who may see it. `relTo`: ISO 3166 alpha-3 codes or configured groups; empty means nobody but the owner. */
export const labelSchema = z.looseObject({
  policy: z.string().min(1).max(64),
  classification: z.string().min(1).max(64),
  relTo: z.array(z.string().regex(/^[A-Z]{3,4}$/, 'use alpha-3 country codes, for instance NOR')).max(64),
  originator: z.string().min(1).max(64),
})
export type Label = z.infer<typeof labelSchema>

export const observationSchema = z.looseObject({
  schema: z.literal(OBSERVATION_SCHEMA),
  /** Unique for ever, 96 random bits behind the station's id: a count would tell a partner how much he does not get. */
  id: z.string().regex(/^[a-z0-9-]{1,32}\.[0-9a-f]{24}$/),
  station: identifierSchema,
  dataMode: dataModeSchema,
  provenance: provenanceSchema,
  passId: identifierSchema,
  /** The signal's way. `order` counts participants from 1, transmitter first, as TDM PATH does. */
  path: z.looseObject({
    kind: z.enum(['one-way', 'two-way', 'bistatic']),
    participants: z.array(participantSchema).min(2).max(4),
    order: z.array(z.int().min(1).max(4)).min(2).max(4),
  }),
  /** The middle of the integration interval, at reception. */
  timeUtc: instantSchema,
  timeQuality: timeQualitySchema,
  integrationSeconds: z.number().positive(),
  /** Where the antenna was told to point, where it said it was, where the target was expected. No measured line of sight. */
  pointing: z.looseObject({
    commanded: directionSchema.optional(),
    reported: directionSchema.optional(),
    /** By geometry alone, as the elements give it. */
    predicted: directionSchema.optional(),
    /** The same lifted by the air, which is where the antenna was to point; absent where no refraction is reckoned with. */
    predictedApparent: directionSchema.optional(),
  }),
  frequency: z.looseObject({
    /** Measured sky frequency, Hz, mean over the integration interval. */
    measuredHz: z.number().positive(),
    /** 1σ of `measuredHz`, random part (noise), Hz; the reference's own 1σ stands beside it. */
    sigmaHz: z.number().positive(),
    /** What the transmitter sends, as catalogued, Hz. */
    nominalHz: z.number().positive(),
    /** What the elements predict for `timeUtc`, Hz. Never a measurement. */
    predictedHz: z.number().positive(),
    reference: z.enum(['none', 'tcxo', 'ocxo', 'gpsdo', 'rubidium']),
    /** 1σ of the frequency reference, parts per million: a scale error common to many records. */
    referenceSigmaPpm: z.number().nonnegative(),
  }),
  signal: z.looseObject({
    /** Signal to noise in the integration bandwidth, dB. */
    snrDb: z.number(),
    /** Carrier to noise density, dBHz. */
    carrierToNoiseDensityDbHz: z.number(),
    /** Carrier power against full scale of the converter, dB; not absolute. */
    powerDbfs: z.number(),
  }),
  /** The elements used for pointing and prediction: a reference, not the elements themselves. */
  elements: z.looseObject({
    source: z.string().max(128),
    epochUtc: instantSchema,
    /** SHA-256 over the element set's numbers, hex. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** How sure the predicted fields are. Absent in records that were made before Azel knew. */
  prediction: predictionSchema.optional(),
  corrections: z.array(correctionSchema).max(16),
  label: labelSchema,
})

export type Observation = z.infer<typeof observationSchema>

/**
 * The record as a partner holds it: the same fields with the same meaning, but a coarse product leaves out those that
 * would give away what the rounding hides. What is absent was not told; it does not mean zero.
 */
export const sharedObservationSchema = observationSchema.extend({
  frequency: observationSchema.shape.frequency.extend({
    predictedHz: observationSchema.shape.frequency.shape.predictedHz.optional(),
  }),
  signal: observationSchema.shape.signal.extend({
    powerDbfs: observationSchema.shape.signal.shape.powerDbfs.optional(),
  }),
  elements: observationSchema.shape.elements.optional(),
  corrections: observationSchema.shape.corrections.optional(),
})
export type SharedObservation = z.infer<typeof sharedObservationSchema>

/** Whether mode and provenance agree (law 6): what a simulated device made is SIMULATED or part of an EXERCISE. */
export const isMarkedHonestly = (record: Pick<Observation, 'dataMode' | 'provenance'>): boolean =>
  record.provenance === 'real' || record.dataMode === 'SIMULATED' || record.dataMode === 'EXERCISE'

/**
 * The mode that a record gets. No configuration makes a simulated device's record REAL (law 6): whatever the owner
 * set, one simulated device gives SIMULATED, except that an exercise stays an exercise.
 */
export const effectiveDataMode = (options: {
  readonly configured: DataMode
  readonly provenances: readonly ('real' | 'simulated')[]
}): { readonly dataMode: DataMode; readonly provenance: 'real' | 'simulated' } => {
  const simulated = options.provenances.includes('simulated')
  if (!simulated) return { dataMode: options.configured, provenance: 'real' }
  return {
    dataMode: options.configured === 'EXERCISE' ? 'EXERCISE' : 'SIMULATED',
    provenance: 'simulated',
  }
}
