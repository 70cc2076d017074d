import type { Clock } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Ms } from '../kernel/units.ts'
import type { AuthorisedMotion } from '../pointing/motion-gate.ts'

/** What became of a motion; `superseded`: a newer one or a stop came before it was sent; `busy`: a stop is under way. */
export type MotionOutcome = Result<'sent' | 'superseded' | 'busy', Fault>

export interface WaitingMotion {
  readonly motion: AuthorisedMotion
  readonly frames: readonly Uint8Array[]
  readonly settle: (outcome: MotionOutcome) => void
}

/** The one place in the queue for motions: only the newest target counts. */
export interface MotionSlot {
  readonly put: (motion: AuthorisedMotion, frames: readonly Uint8Array[]) => Promise<MotionOutcome>
  readonly isFilled: () => boolean
  /** Empties it; undefined where nothing waits, or what waited is too old to be sent. */
  readonly take: () => WaitingMotion | undefined
  /** Empties it unsent, by default for a stop. */
  readonly drop: (outcome?: MotionOutcome) => void
}

/** A motion that waited longer than this beyond its turn was asked for in another situation (a frozen process). */
const AGE_MAX_MS = 2_000

export const createMotionSlot = (clock: Clock, commandPeriod: Ms): MotionSlot => {
  let waiting: (WaitingMotion & { readonly sinceMonoMs: number }) | undefined
  const drop = (outcome: MotionOutcome = ok('superseded')): void => {
    const dropped = waiting
    waiting = undefined
    dropped?.settle(outcome)
  }
  return {
    put: (motion, frames) => {
      drop()
      return new Promise((settle) => {
        waiting = { motion, frames, settle, sinceMonoMs: clock.monoNow() }
      })
    },
    isFilled: () => waiting !== undefined,
    take: () => {
      const taken = waiting
      if (taken === undefined) return undefined
      if (clock.monoNow() - taken.sinceMonoMs > AGE_MAX_MS + commandPeriod) {
        drop(err(fault('motion.stale', 'A motion was not sent in time and is dropped')))
        return undefined
      }
      waiting = undefined
      return taken
    },
    drop,
  }
}
