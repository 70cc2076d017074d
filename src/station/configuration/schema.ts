import { z } from 'zod'
import { DEFAULT_AGE_LIMITS } from '../../catalog/fitness.ts'
import { dataModeSchema, identifierSchema, labelSchema } from '../../observation/record.ts'
import { antennaSchema } from './antenna-schema.ts'
import { rotctldSchema } from './rotctld.ts'
import { degrees, filePath } from './schema-parts.ts'
import { sourceSchema } from './source-schema.ts'

/**
 * The configuration: this one schema gives the types, the checks, the defaults and the JSON Schema in `config/`, from
 * which editors complete and explain. Each number carries its unit in its name. Unknown keys are refused.
 */
export const CONFIGURATION_VERSION = 1

const maskSchema = z
  .array(z.strictObject({ azimuthDeg: degrees(0, 360), elevationDeg: degrees(-10, 90) }))
  .max(720)
  .default([])
  .describe(
    'The horizon: elevation by azimuth, straight lines between, a point every 90° at least. One point: the same all round. Empty: flat.',
  )

const receiverSchema = z.strictObject({
  rtlTcp: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, 'write it as HOST:PORT, for instance 127.0.0.1:1234')
    .describe('Where rtl_tcp listens.'),
  sampleRateHz: z.int().min(225_001).max(3_200_000).default(240_000),
  gainDb: z
    .union([z.literal('automatic'), z.number().min(0).max(60)])
    .default('automatic')
    .describe('Tuner gain in dB, or automatic.'),
  delayMs: z
    .number()
    .min(0)
    .max(5_000)
    .default(0)
    .describe(
      'Calibrated delay between antenna and host (USB and server buffers); taken off every time stamp.',
    ),
  delaySigmaMs: z
    .number()
    .min(0)
    .max(5_000)
    .default(100)
    .describe('1σ of that delay: 100 ms is what an uncalibrated rtl_tcp can be wrong by.'),
  reference: z
    .enum(['none', 'tcxo', 'ocxo', 'gpsdo', 'rubidium'])
    .default('none')
    .describe('What the frequency is measured against.'),
  referenceSigmaPpm: z
    .number()
    .min(0)
    .max(200)
    .default(20)
    .describe('1σ of that reference, parts per million.'),
  referenceCorrectionPpm: z
    .number()
    .min(-200)
    .max(200)
    .default(0)
    .describe('Known error of the oscillator (positive: too fast); divided out of every frequency.'),
})

const catalogSchema = z.strictObject({
  elements: filePath
    .optional()
    .describe('A file of element sets (OMM or TLE) that somebody else keeps fresh; in place of sources.'),
  sources: z
    .array(sourceSchema)
    .max(32)
    .default([])
    .describe('Where element sets are fetched from; they are kept in the data folder.'),
  everyHours: z
    .number()
    .min(3)
    .max(168)
    .default(6)
    .describe('How often each source is asked; CelesTrak asks for three or four times a day.'),
  staleAfterDays: z
    .number()
    .positive()
    .max(3650)
    .default(DEFAULT_AGE_LIMITS.staleAfterDays)
    .describe('Elements older than this are warned of.'),
  skipAfterDays: z
    .number()
    .positive()
    .max(3650)
    .default(DEFAULT_AGE_LIMITS.skipAfterDays)
    .describe('Elements older than this are not flown.'),
  transmitters: filePath.optional().describe('Frequencies, in the format of the SatNOGS DB.'),
  ownTransmitters: filePath
    .optional()
    .describe('Your own frequencies, YAML as in config/own-transmitters.example.yaml.'),
})

const requestSchema = z.strictObject({
  id: identifierSchema,
  catalogNumber: z.int().min(1).max(999_999_999),
  priority: z.int().min(0).max(100).default(50).describe('Higher goes first where passes overlap.'),
  frequencyHz: z
    .number()
    .min(100_000)
    .max(50_000_000_000)
    .optional()
    .describe('What to listen to; absent: the first live transmitter of the catalogue.'),
})

const planSchema = z.strictObject({
  minimumElevationDeg: degrees(0, 89).default(5),
  minimumCulminationDeg: degrees(0, 90).default(10).describe('Passes that stay lower are not taken.'),
  turnaroundSec: z
    .number()
    .min(0)
    .max(3600)
    .default(10)
    .describe(
      'Least time between two passes. Where the antenna needs longer from the one to the other, that counts.',
    ),
  horizonHours: z.number().min(1).max(168).default(24).describe('How far ahead to plan.'),
})

const refractionSchema = z
  .strictObject({
    model: z
      .enum(['radio', 'bennett', 'none'])
      .default('radio')
      .describe('Radio waves (ITU-R P.834), light (Bennett), or none: for a simulated sky.'),
    pressureHpa: z.number().min(100).max(1200).optional().describe('As a barometer at the site shows it.'),
    temperatureCelsius: z.number().min(-100).max(70).optional(),
    relativeHumidityPercent: z.number().min(0).max(100).optional(),
  })
  .describe(
    "How the air lifts what is pointed at; passes rise and set as it makes them. Weather that is not given: the standard atmosphere's.",
  )

const partnerSchema = z.strictObject({
  id: identifierSchema,
  nation: z.string().regex(/^[A-Z]{3}$/, 'use the alpha-3 country code, for instance NOR'),
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'give the 43 characters that "azel keys show" prints')
    .describe("The partner's public key: checks his receipts and requests."),
})

const agreementSchema = z.strictObject({
  id: identifierSchema,
  partner: identifierSchema.describe('The partner that it is with.'),
  product: identifierSchema.default('doppler').describe('Names the kind of data; part of the stream.'),
  dataModes: z.array(dataModeSchema).min(1).default(['REAL']).describe('Which data it covers.'),
  catalogNumbers: z
    .array(z.int().min(1).max(999_999_999))
    .max(10_000)
    .optional()
    .describe('Only these objects.'),
  validFrom: z.string().max(40).optional().describe('UTC, ISO 8601.'),
  validUntil: z.string().max(40).optional().describe('UTC, ISO 8601.'),
  delaySec: z
    .number()
    .min(0)
    .max(31_536_000)
    .default(0)
    .describe('How long after the measurement it is released.'),
  onePerSec: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .describe('At most one record in so many seconds of a pass.'),
  timeStepSec: z.number().positive().max(86_400).optional().describe('Times are rounded to this.'),
  frequencyStepHz: z.number().positive().max(1e9).optional().describe('Frequencies are rounded to this.'),
  angleStepDeg: z.number().positive().max(90).optional().describe('Angles are rounded to this.'),
  receipts: z.boolean().default(true).describe('Whether the partner signs receipts.'),
  retentionDays: z
    .number()
    .positive()
    .max(3650)
    .default(30)
    .describe('Without receipts: how long an item is kept for him after it was sent.'),
})

const sharingSchema = z.strictObject({
  groups: z
    .record(
      z.string().regex(/^[A-Z]{4}$/, 'a group code has four capital letters'),
      z.array(z.string().regex(/^[A-Z]{3}$/)).max(64),
    )
    .default({})
    .describe('Groups of nations that a label may name, for instance FVEY.'),
  partners: z.array(partnerSchema).max(256).default([]),
  agreements: z
    .array(agreementSchema)
    .max(1024)
    .default([])
    .describe('What is shared. What is not here is not shared.'),
})

const brokerSchema = z.strictObject({
  url: z
    .string()
    .regex(/^mqtts?:\/\/[^\s@]+$/, 'write it as mqtts://HOST:8883, without user and password')
    .describe('An MQTT 5 broker.'),
  username: z.string().max(128).optional().describe('Absent: the id of the station.'),
  passwordFile: filePath.optional(),
  caFile: filePath.optional().describe("The broker's certificate authority, PEM."),
  certificateFile: filePath.optional(),
  privateKeyFile: filePath.optional(),
  sessionExpiryHours: z
    .number()
    .min(0)
    .max(24 * 365)
    .default(24 * 7),
})

export const configurationSchema = z.strictObject({
  version: z.literal(CONFIGURATION_VERSION),
  station: z.strictObject({
    id: identifierSchema.describe('Names the station for its partners, for ever.'),
    name: z.string().min(1).max(128),
    latitudeDeg: degrees(-90, 90).describe('WGS 84, positive north.'),
    longitudeDeg: degrees(-180, 180).describe('WGS 84, positive east.'),
    heightM: z.number().min(-500).max(9_000).describe('Above the WGS 84 ellipsoid.'),
    publishedPlaceStepDeg: z
      .number()
      .min(0)
      .max(90)
      .default(0.1)
      .describe(
        'The place that partners are told is rounded to this; 0 tells it exactly. A product without steps gives it away all the same: the predicted angles hold it.',
      ),
    dataMode: dataModeSchema
      .default('REAL')
      .describe('With any simulated device records are SIMULATED whatever stands here.'),
    refraction: refractionSchema.prefault({}),
    ut1File: filePath
      .optional()
      .describe(
        "UT1 − UTC: a bulletin of the IERS (finals2000A, or CSV), read anew when it changes. Absent: zero, by which a satellite's direction is off by up to 0.06° (0.9 s).",
      ),
    keyFile: filePath.describe('The signing key, made by "azel keys create". Mode 0600.'),
    dataFolder: filePath.describe('Journal and outbox live here.'),
  }),
  label: labelSchema
    .strict()
    .describe('The marking that every record gets. An empty relTo releases to nobody.'),
  antenna: antennaSchema,
  rotctld: rotctldSchema
    .optional()
    .describe('Lets Gpredict, SatDump and others use the antenna as if it were a rotctld; absent: not.'),
  horizonMask: maskSchema,
  receiver: receiverSchema,
  catalog: catalogSchema,
  requests: z.array(requestSchema).max(10_000).default([]).describe('What to observe.'),
  plan: planSchema.prefault({}),
  sharing: sharingSchema.prefault({}),
  broker: brokerSchema.optional().describe('Absent: the station records and shares nothing.'),
})

export type Configuration = z.infer<typeof configurationSchema>
