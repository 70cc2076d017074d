import { utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import { leastLargestError } from './limit.ts'
import type { SkyPass } from './sky-pass.ts'

/** Nobody sees less: below it the limit is given as 0. */
const NONE_DEG = 0.05
/** A plan this far off is so by the stops of its axes, not by the zenith: the whole pass is looked at. */
const BY_RANGE_DEG = 8
const CELLS_PER_ERROR = 10
const COARSEST_CELL_DEG = 0.75
/** Finer ones would fill the memory; the bound is 0.11° low at worst for it. */
const FINEST_CELL_DEG = 0.15

/**
 * The limit of one pass: what no motion of this mount can be better than, its lower bound (the grid's half diagonal taken
 * off). About the zenith it takes a stretch in which the mount turns half round and more; what is outside of that could only
 * raise it. `knownDeg`: what some motion reaches.
 */
export const limitOfPass = (pass: SkyPass, mount: AzElMount, knownDeg: number): number => {
  if (knownDeg <= NONE_DEG) return 0
  const aboutZenith = knownDeg > BY_RANGE_DEG ? 0 : limitOf(pass, mount, knownDeg, false)
  // What the zenith does not explain, a stop does, and that may be met anywhere.
  if (knownDeg < LEAST_BY_RANGE_DEG || aboutZenith > EXPLAINED * knownDeg) return aboutZenith
  return Math.max(aboutZenith, limitOf(pass, mount, knownDeg, true))
}

const LEAST_BY_RANGE_DEG = 1
const EXPLAINED = 0.75

const limitOf = (pass: SkyPass, mount: AzElMount, knownDeg: number, isByRange: boolean): number => {
  const beside = isByRange ? Number.POSITIVE_INFINITY : (15 + 100 / mount.azimuth.slewRate) * 1000
  const from = Math.max(pass.aosUtcMs, pass.tcaUtcMs - beside)
  const to = Math.min(pass.losUtcMs, pass.tcaUtcMs + beside)
  const stepSec = isByRange ? (knownDeg > BY_RANGE_DEG ? 2 : 1) : knownDeg > 0.5 ? 0.5 : 0.25
  const count = Math.floor((to - from) / 1000 / stepSec) + 1
  const looks = Array.from({ length: count }, (_, i) => pass.lookAt(utcMs(from + i * stepSec * 1000)))
  const elevation = Float64Array.from(looks, (look) => look.elevation)
  const aboveDeg = knownDeg * 1.02
  // Rows of the grid that are too far from every sample are not made.
  const lowest = elevation.reduce((least, angle) => Math.min(least, angle), 90) - aboveDeg - COARSEST_CELL_DEG
  const axis = mount.elevation
  const narrowed: AzElMount = {
    ...mount,
    elevation: {
      ...axis,
      minimum: deg(Math.min(axis.maximum, Math.max(axis.minimum, lowest))),
      maximum: deg(Math.max(axis.minimum, Math.min(axis.maximum, 180 - lowest))),
    },
  }
  return leastLargestError(
    { stepSec, azimuth: Float64Array.from(looks, ({ azimuth }) => azimuth), elevation },
    narrowed,
    {
      aboveDeg,
      cellDeg: Math.max(FINEST_CELL_DEG, Math.min(COARSEST_CELL_DEG, knownDeg / CELLS_PER_ERROR)),
    },
  ).lowDeg
}
