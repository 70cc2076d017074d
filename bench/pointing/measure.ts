import type { Site } from '../../src/orbit/site.ts'
import type { SkyCatalogue } from '../sky.ts'
import { ANTENNAS, type BenchAntenna } from './antennas.ts'
import { createErrorFigures } from './figures.ts'
import { azel } from './ours.ts'
import { limitOfP99, type PassToBound, p99OfWholeSteps } from './p99-limit.ts'
import { limitOfPass } from './pass-limit.ts'
import { BANDS, bandOf, passesToPoint } from './passes-to-point.ts'
import { type ControlLoop, gpredict, r2cloud, satdump, satnogs } from './peers.ts'
import { runPass } from './run-pass.ts'
import type { SkyPass } from './sky-pass.ts'

export interface ControllerFigures {
  readonly name: string
  readonly rmsErrorDeg: number
  readonly p99ErrorDeg: number
  readonly maxErrorDeg: number
  /** Share of the time within half of beams of 10°, 20° and 40°. */
  readonly onBeamShare: { readonly '10': number; readonly '20': number; readonly '40': number }
  /** Mean of a pass, both axes, the way to its beginning included. */
  readonly motorStarts: number
  readonly degreesTravelled: number
}

export interface BandFigures {
  readonly maximumElevationDeg: readonly [number, number]
  readonly controllers: readonly ControllerFigures[]
  readonly limitMaxErrorDeg: number
  /** What no motion of this mount can have a lower p99 than, by ranges and speeds; 0 below 0.3°. */
  readonly limitP99ErrorDeg: number
  /** The p99 that the controller's whole steps alone give an antenna that stands on the nearest of them. */
  readonly wholeStepsP99Deg: number
}

/** Whether a goal is reached; and where not, whether anything could: by ranges and speeds, or standing on whole steps. */
export type Verdict = 'met' | 'not met' | 'cannot be met' | 'cannot be met on whole steps'

export interface BandGoals {
  readonly maxErrorDeg: number
  /** 1.1 times the band's limit, a step of the controller and the play of the gear. */
  readonly maxErrorAllowedDeg: number
  /** The same pass by pass, against the limit of each: the worst; negative where all are within. */
  readonly worstOverAllowedDeg: number
  readonly p99ErrorDeg: number
  /** The best peer's p99 over ours. */
  readonly p99Ratio: number
  /** A tenth of the best peer's; asked for above 75° of maximum elevation. */
  readonly p99AllowedDeg: number
  readonly verdicts: { readonly maxError: Verdict; readonly p99Error?: Verdict; readonly starts: Verdict }
  readonly startsAtPeersError: number
  readonly p99AtPeersErrorDeg: number
  readonly fewestStartsOfPeers: number
  readonly p99OfThatPeerDeg: number
}

export interface AntennaFigures {
  readonly name: string
  readonly passes: number
  readonly bands: readonly BandFigures[]
  readonly goals: readonly BandGoals[]
  readonly planMs: { readonly mean: number; readonly max: number }
}

/** No further off than Gpredict, which lets each axis be 5° off and starts its motors least of those that keep the beam. */
const LOOSE_TOLERANCE_DEG = 4.4
const OURS = 'azel'
const SPARING = 'azel-relays'
const LOOSE = 'azel-few-starts'
const ALL_OURS: readonly string[] = [OURS, SPARING, LOOSE]
const rounded = (value: number): number => Number(value.toFixed(4))

const measureAntenna = (
  antenna: BenchAntenna,
  passes: readonly SkyPass[],
  tools: { readonly monoNow: () => number; readonly progress: (line: string) => void },
): AntennaFigures => {
  const planTimes: number[] = []
  const bands: BandFigures[] = []
  const goals: BandGoals[] = []
  const { resolution, azimuth } = antenna.mount
  const slack = resolution + (azimuth.backlash ?? 0)
  for (const [index, [low, high]] of BANDS.entries()) {
    const inBand = passes.filter(({ maximumElevationDeg }) => bandOf(maximumElevationDeg) === index)
    if (inBand.length === 0) continue
    tools.progress(`${antenna.name}: ${inBand.length} passes of ${low}° to ${high}°`)
    const totals = new Map<
      string,
      { errors: ReturnType<typeof createErrorFigures>; starts: number; way: number }
    >()
    let limit = 0
    const toBound: PassToBound[] = []
    let worstOverAllowed = Number.NEGATIVE_INFINITY
    for (const pass of inBand) {
      const own = { monoNow: tools.monoNow }
      const ours = azel(pass, antenna, { ...own, name: OURS })
      const loose = azel(pass, antenna, { ...own, name: LOOSE, toleranceDeg: LOOSE_TOLERANCE_DEG })
      const sparing = azel(pass, antenna, { ...own, name: SPARING, hasRelays: true })
      planTimes.push(ours.planMs, sparing.planMs, loose.planMs)
      const peers = [gpredict, satnogs, satdump, r2cloud].map((make) => make(pass, antenna))
      const passLimit = limitOfPass(pass, antenna.mount, ours.plannedErrorDeg)
      limit = Math.max(limit, passLimit)
      toBound.push({ pass, plannedErrorDeg: ours.plannedErrorDeg })
      const loops: readonly ControlLoop[] = [ours, sparing, loose, ...peers]
      for (const loop of loops) {
        const run = runPass(pass, antenna, loop, ALL_OURS.includes(loop.name))
        const total = totals.get(loop.name) ?? { errors: createErrorFigures(), starts: 0, way: 0 }
        total.errors.add(run.errors)
        total.starts += run.motorStarts
        total.way += run.degreesTravelled
        totals.set(loop.name, total)
        if (loop !== ours) continue
        const largest = run.errors.reduce((worst, error) => Math.max(worst, error), 0)
        worstOverAllowed = Math.max(worstOverAllowed, largest - 1.1 * passLimit - slack)
      }
    }
    const controllers = [...totals].map(([name, { errors, starts, way }]): ControllerFigures => {
      const share = (beam: number): number => rounded(errors.shareWithin(beam / 2))
      return {
        name,
        rmsErrorDeg: rounded(errors.rms()),
        p99ErrorDeg: rounded(errors.quantile(0.99)),
        maxErrorDeg: rounded(errors.max()),
        onBeamShare: { '10': share(10), '20': share(20), '40': share(40) },
        motorStarts: rounded(starts / inBand.length),
        degreesTravelled: rounded(way / inBand.length),
      }
    })
    const reachedDeg = controllers.reduce((least, { p99ErrorDeg }) => Math.min(least, p99ErrorDeg), 180)
    const band: BandFigures = {
      maximumElevationDeg: [low, high],
      controllers,
      limitMaxErrorDeg: rounded(limit),
      limitP99ErrorDeg: rounded(limitOfP99(toBound, antenna.mount, reachedDeg)),
      wholeStepsP99Deg: rounded(p99OfWholeSteps(inBand, antenna.mount)),
    }
    bands.push(band)
    goals.push(goalsOf(band, { slack, worstOverAllowed }))
  }
  return {
    name: antenna.name,
    passes: passes.length,
    bands,
    goals,
    planMs: {
      mean: rounded(planTimes.reduce((sum, time) => sum + time, 0) / Math.max(1, planTimes.length)),
      max: rounded(Math.max(0, ...planTimes)),
    },
  }
}

/** Above it the p99 is to be ten times lower than the best peer's. */
const HIGH_DEG = 75
const P99_FACTOR = 10
/** Two p99 that are as near to each other as this share are equal. */
const EQUAL_SHARE = 1.05

const goalsOf = (
  band: BandFigures,
  { slack, worstOverAllowed }: { slack: number; worstOverAllowed: number },
): BandGoals => {
  const { controllers, limitP99ErrorDeg, wholeStepsP99Deg } = band
  const none: ControllerFigures = {
    name: '',
    rmsErrorDeg: Number.NaN,
    p99ErrorDeg: Number.NaN,
    maxErrorDeg: Number.NaN,
    onBeamShare: { '10': Number.NaN, '20': Number.NaN, '40': Number.NaN },
    motorStarts: Number.NaN,
    degreesTravelled: Number.NaN,
  }
  const named = (name: string): ControllerFigures =>
    controllers.find((controller) => controller.name === name) ?? none
  const ours = named(OURS)
  const loose = named(LOOSE)
  const peers = controllers.filter(({ name }) => !ALL_OURS.includes(name))
  const fewest = peers.toSorted((a, b) => a.motorStarts - b.motorStarts)[0] ?? none
  const bestOfPeers = Math.min(...peers.map(({ p99ErrorDeg }) => p99ErrorDeg))
  const maxErrorAllowedDeg = rounded(1.1 * band.limitMaxErrorDeg + slack)
  const p99AllowedDeg = rounded(bestOfPeers / P99_FACTOR)
  const p99Verdict = (): Verdict => {
    if (ours.p99ErrorDeg <= p99AllowedDeg) return 'met'
    if (limitP99ErrorDeg > p99AllowedDeg) return 'cannot be met'
    return wholeStepsP99Deg > p99AllowedDeg ? 'cannot be met on whole steps' : 'not met'
  }
  const isSparing =
    loose.motorStarts <= fewest.motorStarts && loose.p99ErrorDeg <= EQUAL_SHARE * fewest.p99ErrorDeg
  return {
    maxErrorDeg: ours.maxErrorDeg,
    maxErrorAllowedDeg,
    worstOverAllowedDeg: rounded(worstOverAllowed),
    p99ErrorDeg: ours.p99ErrorDeg,
    p99Ratio: rounded(bestOfPeers / ours.p99ErrorDeg),
    p99AllowedDeg,
    startsAtPeersError: loose.motorStarts,
    p99AtPeersErrorDeg: loose.p99ErrorDeg,
    fewestStartsOfPeers: fewest.motorStarts,
    p99OfThatPeerDeg: fewest.p99ErrorDeg,
    verdicts: {
      maxError: ours.maxErrorDeg <= maxErrorAllowedDeg ? 'met' : 'not met',
      ...(band.maximumElevationDeg[0] >= HIGH_DEG ? { p99Error: p99Verdict() } : {}),
      starts: isSparing ? 'met' : 'not met',
    },
  }
}

/** Every antenna over the same passes. */
export const measurePointing = async (options: {
  readonly catalogue: SkyCatalogue
  readonly site: Site
  readonly hours: number
  readonly minimumElevationDeg: number
  readonly withNearZenith: boolean
  readonly monoNow: () => number
  readonly progress: (line: string) => void
}): Promise<readonly AntennaFigures[]> => {
  const passes = await passesToPoint(options)
  return ANTENNAS.map((antenna) => measureAntenna(antenna, passes, options))
}
