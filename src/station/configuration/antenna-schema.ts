import { z } from 'zod'
import { driverNames } from '../../rotator/registry.ts'
import { degrees, filePath } from './schema-parts.ts'

const axisSchema = z.strictObject({
  minimumDeg: degrees(-360, 540).describe(
    "Lowest angle that the mount can reach, in the controller's own count.",
  ),
  maximumDeg: degrees(-360, 540).describe('Highest angle that the mount can reach; above 360 with overlap.'),
  slewDegPerSec: z.number().positive().max(180).describe('How fast the axis turns.'),
  accelerationDegPerSec2: z
    .number()
    .positive()
    .max(3600)
    .optional()
    .describe('How fast it runs up and brakes; absent: full speed within half a second.'),
  backlashDeg: degrees(0, 45).optional().describe('Play of the gear from end to end; absent: none.'),
  deadBandDeg: degrees(0, 45)
    .optional()
    .describe('The controller does not start its motor for less; absent: for any step.'),
})

const rotatorSchema = z.strictObject({
  driver: z
    .string()
    .min(1)
    .max(32)
    .describe(`Protocol of the controller: ${driverNames().join(', ')}.`),
  port: z
    .string()
    .min(1)
    .max(256)
    .describe(
      'Serial port (/dev/serial/by-id/… is best, it survives replugging), usb:VENDOR:PRODUCT[:SERIAL], or tcp://HOST:PORT.',
    ),
  baudRate: z
    .int()
    .min(50)
    .max(4_000_000)
    .optional()
    .describe(
      'Absent: what the controller leaves the factory with (gs232b 9600, rot2prog 600, md01 115200).',
    ),
  resolutionDeg: z
    .number()
    .positive()
    .max(45)
    .optional()
    .describe("The step in which it takes and reports angles, where that is not its protocol's."),
  latencyMs: z
    .number()
    .min(0)
    .max(10_000)
    .optional()
    .describe('From a command to the motor obeying it, as "azel calibrate antenna" measures it.'),
  minimumOnTimeMs: z
    .number()
    .min(0)
    .max(60_000)
    .default(0)
    .describe('A motor that is switched on stays on for so long, to spare its relay.'),
  findsItsPlace: z
    .boolean()
    .default(false)
    .describe(
      'The controller turns to its switches when it is powered and knows its place then: what it reads after an outage is believed.',
    ),
  startsPerHour: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe(
      'How often each motor may start in an hour. When half of that is used, hops get longer; when all is, passes are followed in hops of half the beam and programs wait.',
    ),
  realBehindRotctld: z
    .boolean()
    .default(false)
    .describe(
      'A rotctld on this host counts as a simulator, and marks all records so, unless you state here that a real rotator is behind it.',
    ),
})

const placeSchema = z.strictObject({ azimuthDeg: degrees(-360, 540), elevationDeg: degrees(-90, 180) })

const keepOutSchema = z.strictObject({
  name: z.string().min(1).max(64).describe('Named when a motion is refused for it.'),
  azimuthFromDeg: degrees(0, 360).describe('From here clockwise, true north.'),
  azimuthToDeg: degrees(0, 360).describe('To here; 0 to 360: all round.'),
  elevationFromDeg: degrees(-90, 90).default(-90),
  elevationToDeg: degrees(-90, 90).default(90),
})

const lockOutInputSchema = z.strictObject({
  kind: z
    .enum(['wind', 'maintenance'])
    .describe('wind: the antenna goes to its stow position; maintenance: it stops, and nothing moves.'),
  file: filePath.describe('Read twice a second, for instance /sys/class/gpio/gpio17/value.'),
  lockedWhen: z.string().min(1).max(64).default('1').describe('The text that locks.'),
  freeWhen: z
    .string()
    .min(1)
    .max(64)
    .default('0')
    .describe('The only text that does not lock: any other, none, or a file that cannot be read does.'),
  maximumAgeSec: z
    .number()
    .min(1)
    .max(86_400)
    .optional()
    .describe(
      'A file that was not written for so long locks: for what a weather station writes. Absent: any age will do, as for a GPIO.',
    ),
})

const cutOffSchema = z.strictObject({
  file: filePath.describe("Written, for instance a GPIO's value."),
  cut: z.string().min(1).max(64).default('0').describe('Takes the power away.'),
  normal: z.string().min(1).max(64).default('1').describe('Gives it.'),
})

/** The antenna: its axes, its controller, and where it must not look. */
export const antennaSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('fixed').describe('An antenna that does not move: everything but motion works.'),
    beamWidthDeg: degrees(0.1, 360).describe('Full width at half power.'),
    azimuthDeg: degrees(0, 360),
    elevationDeg: degrees(0, 90),
  }),
  z.strictObject({
    kind: z.literal('azimuth-elevation'),
    beamWidthDeg: degrees(0.1, 360).describe('Full width at half power.'),
    azimuth: axisSchema,
    elevation: axisSchema,
    park: placeSchema.describe('Where the antenna rests.'),
    rotator: rotatorSchema,
    keepOut: z
      .array(keepOutSchema)
      .max(64)
      .default([])
      .describe('Where the beam must never look, also on its way: a window, a road, a mast.'),
    stow: placeSchema.optional().describe('Where it is safe in wind; absent: where it rests.'),
    lockOutInputs: z
      .array(lockOutInputSchema)
      .max(8)
      .default([])
      .describe('Switches that lock the antenna out: a wind sensor, a key at the mast.'),
    cutOff: cutOffSchema
      .optional()
      .describe("An output that takes the motors' power when STOP does not help; absent: there is none."),
  }),
])
