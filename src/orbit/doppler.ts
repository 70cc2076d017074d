import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type UtcMs, utcPlus } from '../kernel/time.ts'
import { type Hz, hz, type Ms, ms, type Unit } from '../kernel/units.ts'
import { earthRotationAt, fixedPointToTeme, UT1_MINUS_UTC_DEFAULT } from './frames.ts'
import { type Emission, emissionOf } from './light-time.ts'
import { createTopocentricFrame } from './look.ts'
import type { Motion } from './motion.ts'
import type { Site } from './site.ts'
import { type Ut1MinusUtc, ut1MinusUtcAt } from './ut1.ts'

/** A drift of frequency in hertz per second. */
export type HzPerSec = Unit<'Hz/s'>

/** What a receiver at the site hears of a transmitter at an instant of reception. */
export interface DownlinkDoppler {
  /** Received frequency. */
  readonly frequency: Hz
  /** Its change per second of reception; negative through nearly all of a pass. */
  readonly rate: HzPerSec
  /** How long the signal was on its way. */
  readonly lightTime: Ms
}

export type DopplerFunction = (receivedAt: UtcMs) => Result<DownlinkDoppler, Fault>

// Half the base of the central difference: its error is under 1e-3 Hz/s for a low orbit at 437 MHz, while the grain
// of the time stamps (0.25 µs) stays below that too.
const RATE_STEP_MS = 100

/**
 * The one-way Doppler of a downlink with light time.
 *
 * The signal received at t left at τ, where c·(t − τ) is the distance from the satellite at τ to the site at t, both in
 * TEME taken as inertial. Then f = f₀ · dτ/dt = f₀ · (c + n·v_site) / (c + n·v_satellite), n being the direction from
 * site to satellite: above f₀ while the object comes nearer. Left out: the clocks' relativity (velocity and potential
 * of the satellite against the ground, at most 7e-10: 0.3 Hz at 437 MHz), troposphere and ionosphere. The frequency
 * given is that of the transmitter as it is: oscillator offsets are applied before.
 */
export const createDoppler = (options: {
  readonly motion: Motion
  readonly site: Site
  readonly transmitFrequency: Hz
  readonly ut1MinusUtc?: Ut1MinusUtc
}): DopplerFunction => {
  const { motion, transmitFrequency, ut1MinusUtc = UT1_MINUS_UTC_DEFAULT } = options
  const sitePosition = createTopocentricFrame(options.site).position

  const receive = (at: UtcMs): Result<Emission, Fault> => {
    const ut1 = ut1MinusUtcAt(ut1MinusUtc, at)
    if (!ut1.ok) return ut1
    return emissionOf(motion, fixedPointToTeme(sitePosition, earthRotationAt(at, ut1.value)), at)
  }

  return (receivedAt) => {
    const now = receive(receivedAt)
    if (!now.ok) return now
    const before = receive(utcPlus(receivedAt, ms(-RATE_STEP_MS)))
    if (!before.ok) return before
    const after = receive(utcPlus(receivedAt, ms(RATE_STEP_MS)))
    if (!after.ok) return after
    const ratioPerSecond = (after.value.ratio - before.value.ratio) / ((2 * RATE_STEP_MS) / 1000)
    return ok({
      frequency: hz(transmitFrequency * now.value.ratio),
      rate: (transmitFrequency * ratioPerSecond) as HzPerSec,
      lightTime: now.value.lightTime,
    })
  }
}
