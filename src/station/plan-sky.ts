import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import type { Ms } from '../kernel/units.ts'
import type { FoundPass } from '../orbit/bulk/found-pass.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { type HorizonMask, maskElevation } from '../orbit/horizon-mask.ts'
import type { Pass } from '../orbit/pass.ts'
import type { Refraction } from '../orbit/refraction.ts'
import type { Site } from '../orbit/site.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'
import type { PlannedAntenna } from '../plan/antenna-gap.ts'
import { type PassRequest, type PlanPolicy, planTimetable, type Timetable } from '../plan/timetable.ts'
import type { AzElMount } from '../pointing/mount.ts'
import { createPassFinder } from './pass-finder.ts'
import { passLook } from './pass-look.ts'
import { createSiteRefraction, type RefractionSettings } from './site-refraction.ts'

/** An antenna that moves, as plain values that a worker can be sent. */
export interface AntennaToPlan {
  readonly mount: AzElMount
  /** The skyline that it is kept above; of apparent elevations. */
  readonly skyline: HorizonMask
  /** What the tracker needs for a slew beside the turning. */
  readonly margin: Ms
}

/** What is to be planned, as plain values that a worker can be sent. */
export interface PlanOrder {
  /** One set for each object that is asked for. */
  readonly elementSets: readonly ElementSet[]
  readonly requests: readonly PassRequest[]
  readonly site: Site
  /** Apparent, where there is refraction. */
  readonly mask: HorizonMask
  readonly refraction: RefractionSettings | undefined
  readonly ut1MinusUtc: Ut1MinusUtc
  readonly policy: PlanPolicy
  /** Absent where nothing moves: then the policy's turnaround is all that lies between two passes. */
  readonly antenna?: AntennaToPlan
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** Of what is not taken so many are told, the first to rise; the number of all is told in any case. */
  readonly notTakenMax: number
}

export interface MadePlan {
  readonly timetable: Timetable
  readonly notTakenCount: number
  /** The first objects that could not be predicted, or not to the end. */
  readonly problems: readonly Fault[]
  readonly problemCount: number
}

// A screen of them.
const PROBLEMS_TOLD_MAX = 20

/** Without the trajectory, whose functions cannot be sent anywhere and which a timetable does not need. */
const plainPass = ({ trajectory: _, elements: __, ...pass }: FoundPass): Pass => pass

/**
 * What the planner of the antenna's motions asks. The few passes that are taken are predicted anew from their elements: the
 * states that the search looked at would have to be kept of all that it finds.
 */
const pointingOf = (
  { elementSets, site, ut1MinusUtc }: PlanOrder,
  { skyline }: AntennaToPlan,
  refraction: Refraction | undefined,
): Pick<PlannedAntenna, 'lookAt' | 'minimumElevationAt'> => {
  const elementsOf = new Map(elementSets.map((set) => [set.catalogNumber, set]))
  return {
    minimumElevationAt: (azimuth) => maskElevation(skyline, azimuth),
    lookAt: (pass) => {
      const elements = elementsOf.get(pass.catalogNumber)
      return elements === undefined
        ? () => undefined
        : passLook({ pass, elements, site, ut1MinusUtc, refraction })
    },
  }
}

/**
 * Searches the passes of all objects and makes the timetable of them, where it is called: for a whole catalogue that takes
 * a second. Faults: those of the search.
 */
export const planSky = async (order: PlanOrder): Promise<Result<MadePlan, Fault>> => {
  const { fromUtcMs, toUtcMs } = order
  const refraction = order.refraction && createSiteRefraction(order.refraction, order.site)
  if (refraction?.ok === false) return refraction
  const passes: Pass[] = []
  const finder = await createPassFinder({ elementSets: order.elementSets, threads: 0 })
  const { site, mask, ut1MinusUtc } = order
  const found = await finder.find(
    { site, mask, ut1MinusUtc, fromUtcMs, toUtcMs, ...(refraction && { refraction: refraction.value }) },
    (chunk) => {
      for (const pass of chunk) passes.push(plainPass(pass))
    },
  )
  await finder.close()
  if (!found.ok) return found
  const { antenna, ...rest } = order
  const { tasks, notTaken } = planTimetable({
    ...rest,
    passes,
    ...(antenna && { antenna: { ...antenna, ...pointingOf(order, antenna, refraction?.value) } }),
  })
  const problems = [...found.value.refused, ...found.value.ends].map(({ reason }) => reason)
  return ok({
    timetable: { tasks, notTaken: notTaken.slice(0, order.notTakenMax) },
    notTakenCount: notTaken.length,
    problems: problems.slice(0, PROBLEMS_TOLD_MAX),
    problemCount: problems.length,
  })
}
