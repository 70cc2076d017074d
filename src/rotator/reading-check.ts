import { type AzEl, shortestTurn } from '../kernel/angle.ts'
import type { MonoMs } from '../kernel/time.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { RotatorCapabilities } from './driver.ts'

interface TimedPlace extends AzEl {
  readonly atMonoMs: MonoMs
}

/** `unconfirmed`: the first of a line, which may be as wrong as any; `dropped`: one that agrees with none before it. */
export type ReadingVerdict = 'plausible' | 'unconfirmed' | 'dropped' | 'leapt'

/**
 * Sorts readings into those that the antenna can have moved to since the last one, and leaps: a wrong digit, an
 * encoder that lost its place, a controller that was switched off and on. A single leap is dropped; so many that agree
 * with each other are where the controller now believes the antenna to be. The first of a line is used when the one after
 * it agrees. Azimuths are as reported.
 */
export interface ReadingCheck {
  readonly judge: (reading: TimedPlace) => ReadingVerdict
  /** The line was lost or the clock stood: whatever comes next is the first. */
  readonly forget: () => void
}

const LEAPS_MAX = 3
// Wind, voltage and a rate that was measured on another day.
const RATE_DOUBT = 1.5
// What encoders scatter by; a leap that is smaller moves nobody's mast.
const STEPS_OF_NOISE = 4
const NOISE_DEG = 1.5

export const createReadingCheck = (
  mount: AzElMount,
  report: RotatorCapabilities['azimuthReport'],
): ReadingCheck => {
  let last: TimedPlace | undefined
  let first: TimedPlace | undefined
  let leap: TimedPlace | undefined
  let leaps = 0

  const canBe = (from: TimedPlace, to: TimedPlace): boolean => {
    const seconds = (to.atMonoMs - from.atMonoMs) / 1000
    const noise = Math.max(NOISE_DEG, STEPS_OF_NOISE * mount.resolution)
    const reach = (rate: number): number => rate * RATE_DOUBT * seconds + noise
    // One that begins anew at north goes from 359° to 0°; one that counts on and does that has lost its count.
    const turn =
      report === 'as-is' ? to.azimuth - from.azimuth : shortestTurn({ from: from.azimuth, to: to.azimuth })
    return (
      Math.abs(turn) <= reach(mount.azimuth.slewRate) &&
      Math.abs(to.elevation - from.elevation) <= reach(mount.elevation.slewRate)
    )
  }

  return {
    judge: (reading) => {
      if (last === undefined) {
        const before = first
        first = reading
        if (before === undefined) return 'unconfirmed'
        if (!canBe(before, reading)) return 'dropped'
        last = reading
        return 'plausible'
      }
      if (canBe(last, reading)) {
        last = reading
        leap = undefined
        leaps = 0
        return 'plausible'
      }
      leaps = leap !== undefined && canBe(leap, reading) ? leaps + 1 : 1
      leap = reading
      if (leaps < LEAPS_MAX) return 'dropped'
      last = reading
      leap = undefined
      leaps = 0
      return 'leapt'
    },
    forget: () => {
      last = undefined
      first = undefined
      leap = undefined
      leaps = 0
    },
  }
}
