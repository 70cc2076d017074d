import type { Random } from '../../src/kernel/random.ts'

/**
 * Gusts on one axis, from a seed: a sum of waves of a few seconds each, so that the wind at any instant, and the sum of
 * it since any other, is a formula and costs nothing between commands. While the axis turns, wind speeds and slows it:
 * the motion goes on as planned, on a clock that the wind pushes. At rest it shakes the antenna in the play of the gear.
 */
export interface Wind {
  /**
   * From `at` (ms on the stopwatch, not before the last call) on: 0 is calm, 0.3 a storm that changes the speed by up to
   * 30 %; at most 0.9.
   */
  readonly setStrength: (at: number, strength: number) => void
  /** The pushed clock, ms; equal to the stopwatch while it was always calm. */
  readonly progressAt: (at: number) => number
  /** How fast that clock goes. */
  readonly paceAt: (at: number) => number
  /** Push on an antenna at rest, from -1 to 1, 0 in a calm. */
  readonly pushAt: (at: number) => number
}

interface Wave {
  readonly share: number
  /** Radians a ms. */
  readonly rate: number
  readonly phase: number
}

const STRENGTH_MAX = 0.9
// Gusts near the ground last some seconds; the periods have no common one, so that nothing repeats in a pass.
const PERIODS_MS = [2300, 5900, 13_700, 31_100]
// Antennas on a mast sway about once a second.
const SWAY_MS = [830, 1310]
// Nobody looks back further than the axis keeps its motion, and wind is changed by hand or by a script.
const SPELLS_MAX = 64

const drawWaves = (random: Random, periods: readonly number[]): readonly Wave[] =>
  periods.map((period) => ({
    share: 1 / periods.length,
    rate: (2 * Math.PI) / (period * (0.9 + 0.2 * random.uniform())),
    phase: 2 * Math.PI * random.uniform(),
  }))

const sumOf = (waves: readonly Wave[], at: number): number =>
  waves.reduce((sum, { share, rate, phase }) => sum + share * Math.sin(rate * at + phase), 0)

const integralOf = (waves: readonly Wave[], at: number): number =>
  waves.reduce((sum, { share, rate, phase }) => sum - (share / rate) * Math.cos(rate * at + phase), 0)

export const createWind = (random: Random, start: number): Wind => {
  const gusts = drawWaves(random, PERIODS_MS)
  const sway = drawWaves(random, SWAY_MS)
  let spells = [{ from: start, progress: start, strength: 0 }]

  const spellAt = (at: number) => spells.findLast(({ from }) => from <= at) ?? spells[0]

  const progressAt = (at: number): number => {
    const spell = spellAt(at)
    if (spell === undefined || (spell.strength === 0 && spell.progress === spell.from)) return at
    const pushed = spell.strength * (integralOf(gusts, at) - integralOf(gusts, spell.from))
    return spell.progress + (at - spell.from) + pushed
  }
  const strengthAt = (at: number): number => spellAt(at)?.strength ?? 0

  return {
    setStrength: (at, strength) => {
      const held = Math.min(Math.max(strength, 0), STRENGTH_MAX)
      spells = [...spells, { from: at, progress: progressAt(at), strength: held }].slice(-SPELLS_MAX)
    },
    progressAt,
    paceAt: (at) => 1 + strengthAt(at) * sumOf(gusts, at),
    pushAt: (at) => {
      const strength = strengthAt(at)
      // Half a storm already throws an antenna from one flank of its gear to the other.
      return strength === 0 ? 0 : Math.min(1, 4 * strength) * sumOf(sway, at)
    },
  }
}
