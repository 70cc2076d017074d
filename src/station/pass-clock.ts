import type { Clock } from '../kernel/clock.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { followWall } from '../kernel/wall-step.ts'

/**
 * The time of one pass: the wall clock as it was when the pass began, carried on by the stopwatch. A wall clock that
 * is slewed is followed; one that steps is not, for the satellite does not step with it. The tracker has the same rule.
 */
export interface PassClock {
  readonly utcNow: () => UtcMs
  /** The pass's time of an instant that was told by the wall clock a moment ago. */
  readonly toPassTime: (wall: UtcMs) => UtcMs
  /** Whether the wall clock has stepped since the pass began: no stamp of it is then known to be good. */
  readonly stepped: () => boolean
}

export const startPassClock = (clock: Clock): PassClock => {
  const wallAhead = (): number => clock.utcNow() - clock.monoNow()
  let followed = wallAhead()
  let stepped = false

  /** How far the wall clock is from the pass's time. */
  const stepMs = (): number => {
    const wall = followWall(followed, wallAhead())
    followed = wall.followedMs
    // A clock that went back where it was is good again, but the pass stays marked.
    stepped ||= wall.stepMs !== 0
    return wall.stepMs
  }

  return {
    utcNow: () => utcMs(clock.utcNow() - stepMs()),
    toPassTime: (wall) => utcMs(wall - stepMs()),
    stepped: () => {
      stepMs()
      return stepped
    },
  }
}
