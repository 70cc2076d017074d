import { type DegPerSec, degPerSec } from '../../src/kernel/units.ts'
import { type LaidOut, type MotionPhase, positionAt } from './motion.ts'

/** What an axis has gone through since the simulation began: what a relay, a gear and a mast are worn by. */
export interface AxisWear {
  /** How often a relay has switched the motor on; turning round is one more. */
  readonly motorStarts: number
  /** How long the motor was on, ms. */
  readonly onTimeMs: number
  /** Way of the motor side, in either direction, degrees. */
  readonly travelledDeg: number
  /** How often it ran into an end stop or an obstacle, and how fast at worst. */
  readonly stopHits: number
  readonly hardestHit: DegPerSec
}

export const NO_WEAR: AxisWear = {
  motorStarts: 0,
  onTimeMs: 0,
  travelledDeg: 0,
  stopHits: 0,
  hardestHit: degPerSec(0),
}

/** With what a phase adds until `atMs`, on the phase's clock. */
export const wearAfter = (before: AxisWear, phase: MotionPhase, atMs: number): AxisWear => {
  const elapsed = Math.min(Math.max(0, atMs - phase.startMs), phase.durationMs)
  return {
    ...before,
    onTimeMs: before.onTimeMs + (phase.driven === 0 ? 0 : elapsed),
    travelledDeg: before.travelledDeg + Math.abs(positionAt(phase, atMs) - phase.position),
  }
}

// Slower than this is leaning, not hitting.
const HIT_DEG_PER_SEC = 0.05

export const countHit = (before: AxisWear, motion: LaidOut): AxisWear => {
  const speed = Math.abs(motion.hitVelocity)
  if (!motion.hitStop || speed < HIT_DEG_PER_SEC) return before
  return {
    ...before,
    stopHits: before.stopHits + 1,
    hardestHit: degPerSec(Math.max(before.hardestHit, speed)),
  }
}
