import { type AzEl, greatCircleSeparation } from '../../src/kernel/angle.ts'
import { monoMs, type UtcMs, utcBetween } from '../../src/kernel/time.ts'
import {
  type Db,
  type Hz,
  hz,
  type Km,
  type KmPerSec,
  kmPerSec,
  msToSec,
  type Sec,
  SPEED_OF_LIGHT_KM_PER_SEC,
} from '../../src/kernel/units.ts'
import type { Dongle } from '../dongle/dongle.ts'
import type { AxisState } from '../plant/axis.ts'
import type { AxisName, Plant } from '../plant/plant.ts'
import { carrierToNoiseDensity, type LinkBudget } from '../sky/link-budget.ts'
import type { RadioSky } from '../sky/radio-sky.ts'

/** A satellite as it really is seen from the site, without refraction. */
export interface TrueView {
  readonly direction: AzEl
  /** Light time times the speed of light. */
  readonly range: Km
  /** Rate of that range by the time of reception, positive when receding. */
  readonly rangeRate: KmPerSec
}

export interface TrueCarrier extends TrueView {
  /** What arrives at the antenna. */
  readonly arrivingHz: Hz
  /** What a perfect estimator behind this receiver reports: the arriving frequency over 1 + the crystal's error. */
  readonly expectedReportHz: Hz
  /** For where the antenna really points. */
  readonly carrierToNoiseDensityDbHz: Db
}

/**
 * What the simulation knows and a station must not: for tests and for the demo's score. Instants are true UTC, which
 * steps of the station's wall clock do not touch. A satellite that is not in the simulation, or whose elements SGP4
 * refuses, is `undefined`.
 */
export interface Truth {
  readonly satelliteAt: (at: UtcMs, catalogNumber: number) => TrueView | undefined
  /** `frequency` is the published one, by which a transmitter is known. */
  readonly carrierAt: (at: UtcMs, catalogNumber: number, frequency: Hz) => TrueCarrier | undefined
  /** Where the antenna really points, at most two minutes back and not ahead of the present. */
  readonly boresightAt: (at: UtcMs) => AzEl
  readonly axisAt: (at: UtcMs, axis: AxisName) => AxisState | undefined
  /** The receiver's crystal: true over nominal frequency minus 1. */
  readonly receiverErrorAt: (at: UtcMs) => number
  /** The true time now. */
  readonly utcNow: () => UtcMs
}

export const createTruth = (parts: {
  readonly startUtc: UtcMs
  readonly startMono: number
  readonly utcNow: () => UtcMs
  readonly sky: RadioSky
  readonly dongle: Dongle
  readonly plant: Plant
  readonly budget: LinkBudget
}): Truth => {
  const { sky, dongle, plant, budget } = parts
  const offsetOf = (at: UtcMs): Sec => msToSec(utcBetween({ from: parts.startUtc, to: at }))
  const monoOf = (at: UtcMs) => monoMs(parts.startMono + (at - parts.startUtc))
  const boresightAt = (at: UtcMs): AzEl => plant.boresightAt(monoOf(at))

  const viewAt = (at: UtcMs, catalogNumber: number): (TrueView & { lightTimeRate: number }) | undefined => {
    const found = sky.receptionOf(catalogNumber, offsetOf(at))
    if (found === undefined) return undefined
    return {
      direction: found.reception.direction,
      range: found.reception.range,
      rangeRate: kmPerSec(found.lightTimeRate * SPEED_OF_LIGHT_KM_PER_SEC),
      lightTimeRate: found.lightTimeRate,
    }
  }

  return {
    satelliteAt: (at, catalogNumber) => {
      const view = viewAt(at, catalogNumber)
      if (view === undefined) return undefined
      const { direction, range, rangeRate } = view
      return { direction, range, rangeRate }
    },
    carrierAt: (at, catalogNumber, frequency) => {
      const view = viewAt(at, catalogNumber)
      const transmitted = sky.trueTransmitFrequency(catalogNumber, frequency)
      if (view === undefined || transmitted === undefined) return undefined
      const { direction, range, rangeRate } = view
      const arrivingHz = transmitted * (1 - view.lightTimeRate)
      const offBoresight = greatCircleSeparation(direction, boresightAt(at))
      return {
        direction,
        range,
        rangeRate,
        arrivingHz: hz(arrivingHz),
        expectedReportHz: hz(arrivingHz / (1 + dongle.frequencyErrorAt(offsetOf(at)))),
        carrierToNoiseDensityDbHz: carrierToNoiseDensity(budget, { rangeKm: range, offBoresight }),
      }
    },
    boresightAt,
    axisAt: (at, axis) => plant.axisAt(monoOf(at), axis),
    receiverErrorAt: (at) => dongle.frequencyErrorAt(offsetOf(at)),
    utcNow: parts.utcNow,
  }
}
