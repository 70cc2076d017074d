import type { AzEl } from '../kernel/angle.ts'
import type { Provenance } from '../kernel/byte-stream.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { UtcMs } from '../kernel/time.ts'
import type { Deg } from '../kernel/units.ts'
import type { LockOut, LockOutKind } from '../pointing/lock-out.ts'
import type { FixedMount } from '../pointing/mount.ts'
import type { AntennaUser } from '../pointing/occupancy.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import type { TrackerPhase } from '../pointing/tracker-state.ts'
import type { Trajectory } from '../pointing/trajectory.ts'
import type { StopOutcome } from '../rotator/stop.ts'

/** A pass as the antenna sees it. */
export interface PassToFollow {
  readonly id: string
  /** Who wants it; default: the station's own plan. */
  readonly user?: AntennaUser
  readonly aosUtc: UtcMs
  readonly losUtc: UtcMs
  readonly lookAt: (at: UtcMs) => AzEl | undefined
  /** Where the axes are to be when the pass after it begins; `isSoon`: it waits there rather than at its resting place. */
  readonly next?: { readonly begin: AzEl; readonly isSoon: boolean }
}

/** What a new plan changes for the antenna. */
export interface NewPlan {
  readonly ends: { readonly id: string; readonly losUtc: UtcMs } | undefined
  readonly next: PassToFollow['next']
}

/** The antenna as the station sees it, whether it has axes or not. */
export interface Antenna {
  /** Makes the antenna ready: opens the line, stops whatever moves, reads the position. */
  readonly connect: () => Promise<Result<void, Fault>>
  /**
   * Follows a pass from now on: goes to where it rises, tracks it, parks. One of the plan that is refused, or taken from it by
   * somebody, is followed for the rest of it as soon as the antenna is free.
   */
  readonly follow: (pass: PassToFollow) => Result<Trajectory | undefined, Fault>
  /**
   * Another plan is in use: the station's pass under way may end earlier (`ends`), and `next` is what comes after it or, where it
   * waits for a pass, what it is to wait for now.
   */
  readonly takeNewPlan: (change: NewPlan) => void
  /**
   * Goes to a direction and stays there, on the turn of the cable that is nearest; an elevation above 90° is taken as
   * the axes' own coordinates. `motion.occupied` where somebody who goes before has the antenna, else what forbids it.
   */
  readonly pointAt: (direction: AzEl, user: AntennaUser) => Result<void, Fault>
  /** Somebody who held the antenna is gone: it stops where it is, and is free. */
  readonly letGo: (user: AntennaUser) => void
  /** Sends it to its resting place. Errors as of `pointAt`. */
  readonly park: (user: AntennaUser) => Result<void, Fault>
  /**
   * Stops all motion, whoever asks and whoever has it; settles when the antenna is seen to stand, or cannot be seen. A
   * person's stop (the default) holds: only a person moves it again.
   */
  readonly stop: (user?: AntennaUser) => Promise<Result<StopOutcome, Fault>>
  /** A person has looked: the latched fault is cleared, and what a person stopped may go on. */
  readonly clearFault: () => void
  /**
   * Locks the antenna out, or in again: `maintenance` stops it and lets nothing move, `wind` lets it go to its stow
   * position and nowhere else. Kept across restarts.
   */
  readonly setLockOut: (kind: LockOutKind, locked: boolean) => void
  /** A person says on which turn of the cable the antenna is, in its own coordinate; absent: as it is shown. */
  readonly confirmTurn: (azimuth?: Deg) => Result<void, Fault>
  readonly status: () => AntennaStatus
  /** Undefined where nothing moves. */
  readonly limits: AntennaLimits | undefined
  /** By which places are corrected that are asked for and reported; absent: they are taken as the axes show. */
  readonly correction?: PointingCorrection
  /** Stops, confirms, closes the line. */
  readonly close: () => Promise<Result<void, Fault>>
}

/** Ranges of the axes, in the antenna's own coordinates. */
export interface AntennaLimits {
  readonly azimuth: { readonly minimum: Deg; readonly maximum: Deg }
  readonly elevation: { readonly minimum: Deg; readonly maximum: Deg }
}

export interface AntennaStatus {
  readonly phase: 'fixed' | TrackerPhase['name']
  /** Who has the antenna; nobody while it rests, stops or is faulted. */
  readonly user: AntennaUser | undefined
  /** The pass under way waits for a person: somebody sent the antenna to rest in it, or a program stopped it. */
  readonly isPassWithheld?: boolean
  /** Why nothing moves: latched until a person clears it (`faulted`), or until the line is back (`unreachable`). */
  readonly fault: Fault | undefined
  /** In the antenna's own coordinates. */
  readonly commanded: AzEl | undefined
  readonly reported: AzEl | undefined
  /** True where the controller cannot be asked, and `reported` is reckoned from what it was told. */
  readonly isEstimate: boolean
  /** False where the azimuth may be a whole turn off, so that the cable's wind is not known. */
  readonly turnCertain: boolean
  /** What locks it out now, by an operator or by an input. */
  readonly lockOuts: readonly LockOut[]
  /** Since this process has it; absent where the motors may start as often as they are asked to. */
  readonly motorStarts?: MotorStartsReport | undefined
  readonly provenance: Provenance
  /** Whether the control loop still runs: what the watchdog looks at. */
  readonly alive: boolean
}

/** How often each motor started in the last hour, and how often it may. */
export interface MotorStartsReport {
  readonly azimuth: number
  readonly elevation: number
  readonly perHour: number
}

/** An antenna without axes: it points where it points. */
export const createFixedAntenna = (mount: FixedMount): Antenna => {
  const unmoved = (): Result<void, Fault> =>
    err(fault('motion.outside-envelope', 'The antenna is fixed: it has no rotator'))
  return {
    connect: () => Promise.resolve(ok(undefined)),
    follow: () => ok(undefined),
    takeNewPlan: () => {},
    pointAt: unmoved,
    letGo: () => {},
    park: unmoved,
    stop: () => Promise.resolve(ok('seen')),
    clearFault: () => {},
    setLockOut: () => {},
    confirmTurn: unmoved,
    limits: undefined,
    status: () => ({
      phase: 'fixed',
      user: undefined,
      fault: undefined,
      commanded: mount.boresight,
      reported: undefined,
      isEstimate: false,
      turnCertain: true,
      lockOuts: [],
      provenance: 'real',
      alive: true,
    }),
    close: () => Promise.resolve(ok(undefined)),
  }
}
