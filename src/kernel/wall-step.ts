/**
 * The rule for a wall clock that moves against the stopwatch: what a time service slews is followed, a step is not.
 * Both arguments are wall minus stopwatch, milliseconds: as followed so far, and as it is now.
 */
export const followWall = (
  followedMs: number,
  nowMs: number,
): { readonly followedMs: number; readonly stepMs: number } => {
  const difference = nowMs - followedMs
  return Math.abs(difference) <= WALL_STEP_MS
    ? { followedMs: nowMs, stepMs: 0 }
    : { followedMs, stepMs: difference }
}

/** A clock that is slewed moves 0.5 ms a second (adjtime); more than this between two readings is a step. */
const WALL_STEP_MS = 500
