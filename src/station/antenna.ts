import type { AzEl } from '../kernel/angle.ts'
import type { Provenance } from '../kernel/byte-stream.ts'
import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import type { FixedMount } from '../pointing/mount.ts'
import type { Trajectory } from '../pointing/trajectory.ts'

/** A pass as the antenna sees it. */
export interface PassToFollow {
  readonly id: string
  readonly aosUtc: UtcMs
  readonly losUtc: UtcMs
  readonly lookAt: (at: UtcMs) => AzEl | undefined
}

/** The antenna as the station sees it, whether it has axes or not. */
export interface Antenna {
  /** Makes the antenna ready: opens the line, stops whatever moves, reads the position. */
  readonly connect: () => Promise<Result<void, Fault>>
  /** Follows a pass from now on: goes to where it rises, tracks it, parks. */
  readonly follow: (pass: PassToFollow) => Result<Trajectory | undefined, Fault>
  readonly park: () => void
  /** Stops all motion and settles when the antenna is seen to stand. */
  readonly stop: () => Promise<Result<void, Fault>>
  /** A person has looked: the latched fault is cleared. */
  readonly clearFault: () => void
  readonly status: () => AntennaStatus
  /** Stops, confirms, closes the line. */
  readonly close: () => Promise<Result<void, Fault>>
}

export interface AntennaStatus {
  readonly phase: 'fixed' | 'idle' | 'pre-positioning' | 'tracking' | 'parking' | 'stopping' | 'faulted'
  readonly fault: Fault | undefined
  /** In the antenna's own coordinates. */
  readonly commanded: AzEl | undefined
  readonly reported: AzEl | undefined
  readonly provenance: Provenance
  /** Whether the control loop still runs: what the watchdog looks at. */
  readonly alive: boolean
}

/** An antenna without axes: it points where it points. */
export const createFixedAntenna = (mount: FixedMount): Antenna => ({
  connect: () => Promise.resolve(ok(undefined)),
  follow: () => ok(undefined),
  park: () => {},
  stop: () => Promise.resolve(ok(undefined)),
  clearFault: () => {},
  status: () => ({
    phase: 'fixed',
    fault: undefined,
    commanded: mount.boresight,
    reported: undefined,
    provenance: 'real',
    alive: true,
  }),
  close: () => Promise.resolve(ok(undefined)),
})
