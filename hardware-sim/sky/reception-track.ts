import { type Sec, SPEED_OF_LIGHT_KM_PER_SEC, sec } from '../../src/kernel/units.ts'
import type { TrueOrbit } from './true-orbit.ts'

/** One satellite's reception at one instant, as the sample generator needs it. */
export interface TrackPoint {
  /** Arriving frequency over transmitted frequency: 1 minus the rate of the light time. */
  readonly dopplerFactor: number
  readonly rangeKm: number
  /** Direction, unit vector. */
  readonly east: number
  readonly north: number
  readonly up: number
}

interface Node extends TrackPoint {
  readonly lightTimeSec: number
}

/**
 * Range and Doppler over time at the price of a few propagations a second: exact at nodes, between them the light time
 * is the cubic that fits value and rate at both ends. Against the direct derivative the frequency of 437 MHz from a
 * 400 km orbit is off by less than 1 mHz.
 */
export interface ReceptionTrack {
  readonly pointAt: (offset: Sec) => TrackPoint | undefined
}

const NODE_SPACING_SEC = 0.5
// A chunk of samples lies between two nodes or three; the rest lets a second reader look back.
const NODES_KEPT = 32
const DIFFERENCE_STEP_SEC = 0.1

/**
 * The rate of the light time by differencing it, fourth order: exact to about 1e-13 of the carrier. No formula for
 * the range rate is used, so that a mistake in one cannot hide.
 */
export const lightTimeRateAt = (orbit: TrueOrbit, offset: Sec): number | undefined => {
  const at = (steps: number): number | undefined =>
    orbit.receivedAt(sec(offset + steps * DIFFERENCE_STEP_SEC))?.lightTimeSec
  const before2 = at(-2)
  const before = at(-1)
  const after = at(1)
  const after2 = at(2)
  if (before2 === undefined || before === undefined || after === undefined || after2 === undefined)
    return undefined
  return (before2 - after2 + 8 * (after - before)) / (12 * DIFFERENCE_STEP_SEC)
}

export const createReceptionTrack = (orbit: TrueOrbit): ReceptionTrack => {
  const nodes = new Map<number, Node | undefined>()
  const nodeAt = (index: number): Node | undefined => {
    if (nodes.has(index)) return nodes.get(index)
    const offset = sec(index * NODE_SPACING_SEC)
    const reception = orbit.receivedAt(offset)
    const rate = lightTimeRateAt(orbit, offset)
    const node =
      reception === undefined || rate === undefined
        ? undefined
        : {
            dopplerFactor: 1 - rate,
            lightTimeSec: reception.lightTimeSec,
            rangeKm: reception.range,
            east: reception.east,
            north: reception.north,
            up: reception.up,
          }
    if (nodes.size >= NODES_KEPT) {
      const oldest = nodes.keys().next()
      if (oldest.done !== true) nodes.delete(oldest.value)
    }
    nodes.set(index, node)
    return node
  }
  return {
    pointAt: (offset) => {
      const index = Math.floor(offset / NODE_SPACING_SEC)
      const a = nodeAt(index)
      const b = nodeAt(index + 1)
      if (a === undefined || b === undefined) return undefined
      const u = offset / NODE_SPACING_SEC - index
      const rateA = 1 - a.dopplerFactor
      const rateB = 1 - b.dopplerFactor
      const slope = (b.lightTimeSec - a.lightTimeSec) / NODE_SPACING_SEC
      // The derivative of the cubic Hermite polynomial.
      const rate = 6 * u * (1 - u) * slope + (1 - u) * (1 - 3 * u) * rateA + u * (3 * u - 2) * rateB
      const mix = (from: number, to: number): number => from + u * (to - from)
      const lightTime =
        (1 + 2 * u) * (1 - u) ** 2 * a.lightTimeSec +
        u * u * (3 - 2 * u) * b.lightTimeSec +
        NODE_SPACING_SEC * (u * (1 - u) ** 2 * rateA - u * u * (1 - u) * rateB)
      return {
        dopplerFactor: 1 - rate,
        rangeKm: lightTime * SPEED_OF_LIGHT_KM_PER_SEC,
        east: mix(a.east, b.east),
        north: mix(a.north, b.north),
        up: mix(a.up, b.up),
      }
    },
  }
}
