import type { Random } from '../../src/kernel/random.ts'
import type { Sec } from '../../src/kernel/units.ts'

/** The one crystal of a receiver, from which both its tuning and its sampling come. */
export interface Oscillator {
  /** True frequency over nominal, minus 1, at an offset from the start of the simulation. */
  readonly errorAt: (offset: Sec) => number
}

export interface OscillatorSpread {
  /** 1σ of the offset at the start, ppm. */
  readonly offsetPpm: number
  /** 1σ of the drift, ppm an hour. */
  readonly driftPpmPerHour: number
}

const SECONDS_PER_HOUR = 3600

export const createOscillator = (spread: OscillatorSpread, random: Random): Oscillator => {
  const offset = random.normal() * spread.offsetPpm * 1e-6
  const drift = (random.normal() * spread.driftPpmPerHour * 1e-6) / SECONDS_PER_HOUR
  return { errorAt: (at) => offset + drift * at }
}
