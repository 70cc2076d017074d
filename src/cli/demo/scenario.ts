import type { Transmitter } from '../../catalog/transmitters.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { silentLog } from '../../kernel/log.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { formatUtc, MS_PER_HOUR, type UtcMs } from '../../kernel/time.ts'
import { deg, ms } from '../../kernel/units.ts'
import type { ElementSet } from '../../orbit/element-set.ts'
import type { Mount } from '../../pointing/mount.ts'
import { planTrajectory } from '../../pointing/trajectory.ts'
import { type Configuration, configurationSchema } from '../../station/configuration/schema.ts'
import { mountOf } from '../../station/configured-mount.ts'
import { maskOf, siteOf } from '../../station/configured-site.ts'
import { outlookOf } from '../../station/configured-sky.ts'
import { makeTimetable, type ScheduledPass } from '../../station/schedule.ts'

/** What the demo plays: a small nation's station, three partners, one good pass. */
export interface Scenario {
  readonly configuration: Configuration
  readonly pass: ScheduledPass
}

// A pass as one would choose to show it: high enough to be strong, not so high that the azimuth has to race.
const GOOD_CULMINATION_DEG = [35, 80] as const
// A pass for which the cable has to be unwound half way is a bad one to show.
const GOOD_POINTING_DEG = 2
const SEARCH_HOURS = 48
const PARTNER_NATIONS = { ally: 'NOR', neighbour: 'EST', stranger: 'NOR' } as const
export type PartnerId = keyof typeof PARTNER_NATIONS
export const PARTNER_IDS = Object.keys(PARTNER_NATIONS) as readonly PartnerId[]

/** The station of the demo, as its owner would write it. */
const demoConfiguration = (options: {
  readonly catalogNumbers: readonly number[]
  readonly publicKeys: Readonly<Record<PartnerId, string>>
  readonly calibratedDelayMs: number
}): Configuration =>
  configurationSchema.parse({
    version: 1,
    station: {
      id: 'demo-1',
      name: 'Demo station, Luxembourg',
      latitudeDeg: 49.61,
      longitudeDeg: 6.13,
      heightM: 300,
      // The simulated sky has no air.
      refraction: { model: 'none' },
      // Asked for REAL, it must still come out as SIMULATED: every device is one.
      dataMode: 'REAL',
      keyFile: 'from the seed',
      dataFolder: 'a temporary folder',
    },
    label: {
      policy: 'PUBLIC',
      classification: 'UNCLASSIFIED',
      relTo: ['LUX', 'NOR', 'EST'],
      originator: 'LUX',
    },
    antenna: {
      kind: 'azimuth-elevation',
      beamWidthDeg: 20,
      azimuth: { minimumDeg: 0, maximumDeg: 450, slewDegPerSec: 6 },
      elevation: { minimumDeg: 0, maximumDeg: 180, slewDegPerSec: 2.7 },
      park: { azimuthDeg: 0, elevationDeg: 90 },
      rotator: { driver: 'gs232b', port: 'simulated', baudRate: 9600 },
    },
    receiver: {
      rtlTcp: 'simulated:1234',
      delayMs: options.calibratedDelayMs,
      delaySigmaMs: 1,
      reference: 'tcxo',
      referenceSigmaPpm: 0.5,
    },
    catalog: { elements: 'demo-data/elements.omm.csv', transmitters: 'demo-data/transmitters.json' },
    requests: options.catalogNumbers.map((catalogNumber) => ({
      id: `object-${catalogNumber}`,
      catalogNumber,
    })),
    sharing: {
      partners: PARTNER_IDS.map((id) => ({
        id,
        nation: PARTNER_NATIONS[id],
        publicKey: options.publicKeys[id],
      })),
      agreements: [
        { id: 'with-ally', partner: 'ally', dataModes: ['REAL', 'SIMULATED'] },
        {
          id: 'with-neighbour',
          partner: 'neighbour',
          dataModes: ['REAL', 'SIMULATED'],
          delaySec: 300,
          onePerSec: 10,
          timeStepSec: 1,
          frequencyStepHz: 10,
          angleStepDeg: 1,
        },
      ],
    },
    broker: { url: 'mqtt://127.0.0.1:1' },
  })

/** How far off the mount has to be at the worst moment, by its limits and speeds alone. */
const trajectoryErrorDeg = ({ task, target }: ScheduledPass, mount: Mount): number => {
  const trajectory = planTrajectory(
    {
      aosUtcMs: task.startUtcMs,
      losUtcMs: task.stopUtcMs,
      lookAt: target.lookAt,
    },
    { mount },
  )
  return trajectory.ok ? trajectory.value.errorMax : Number.POSITIVE_INFINITY
}

/** Chooses the first good pass from an instant on. Error: `plan.no-pass`, `catalog.unknown-satellite`. */
export const makeScenario = async (options: {
  readonly elementSets: readonly ElementSet[]
  readonly transmitters: readonly Transmitter[]
  readonly fromUtc: UtcMs
  readonly satellite: number | undefined
  readonly publicKeys: Readonly<Record<PartnerId, string>>
  readonly calibratedDelayMs: number
}): Promise<Result<Scenario, Fault>> => {
  const { satellite, elementSets, transmitters, fromUtc } = options
  const heard = [
    ...new Set(transmitters.filter(({ active }) => active).map(({ catalogNumber }) => catalogNumber)),
  ]
  if (satellite !== undefined && !heard.includes(satellite)) {
    return err(
      fault(
        'catalog.unknown-satellite',
        `The demo has no transmitter for ${satellite}; it has ${heard.join(', ')}`,
      ),
    )
  }
  const candidates = demoConfiguration({
    ...options,
    catalogNumbers: satellite === undefined ? heard : [satellite],
  })
  const mask = maskOf(candidates)
  if (!mask.ok) return mask
  const made = await makeTimetable({
    outlook: outlookOf(candidates, { elementSets, transmitters }, silentLog),
    site: siteOf(candidates),
    mask: mask.value,
    minimumCulmination: deg(candidates.plan.minimumCulminationDeg),
    turnaround: ms(0),
    fromUtc,
    horizon: ms(SEARCH_HOURS * MS_PER_HOUR),
    log: silentLog,
  })
  if (!made.ok) return made
  const whole = made.value.scheduled.filter(({ task }) => !task.pass.openStart && !task.pass.openEnd)
  const [lowest, highest] = GOOD_CULMINATION_DEG
  const mount = mountOf(candidates)
  if (!mount.ok) return mount
  const good = whole.find(
    (pass) =>
      pass.task.pass.maximumElevation >= lowest &&
      pass.task.pass.maximumElevation <= highest &&
      trajectoryErrorDeg(pass, mount.value) <= GOOD_POINTING_DEG,
  )
  const highestFirst = whole.toSorted((a, b) => b.task.pass.maximumElevation - a.task.pass.maximumElevation)
  const pass = good ?? highestFirst[0]
  if (pass === undefined) {
    return err(
      fault(
        'plan.no-pass',
        `Nothing with a transmitter rises within ${SEARCH_HOURS} h of ${formatUtc(fromUtc, 0)}`,
      ),
    )
  }
  return ok({
    configuration: demoConfiguration({ ...options, catalogNumbers: [pass.target.elements.catalogNumber] }),
    pass,
  })
}
