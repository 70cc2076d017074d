import type { AzEl } from '../kernel/angle.ts'
import type { Fault } from '../kernel/errors.ts'
import type { MonoMs, UtcMs } from '../kernel/time.ts'
import type { Deg, Ms } from '../kernel/units.ts'
import type { ControllerFacts } from './command-choice.ts'
import type { LockOut } from './lock-out.ts'
import type { Envelope, Whereabouts } from './motion-gate.ts'
import { noProgress, type Progress } from './motion-watch.ts'
import { type MotorStarts, noStarts } from './motor-starts.ts'
import type { AntennaUser, Precedence } from './occupancy.ts'
import type { Rest } from './rest-watch.ts'
import type { Trajectory } from './trajectory.ts'

/** One pass to follow. */
export interface TrackTask {
  readonly id: string
  readonly user: AntennaUser
  readonly trajectory: Trajectory
  /** How far from the planned path the antenna may be before it is commanded again; see `toleranceOf`. */
  readonly tolerance: Deg
  /** `waitAt`: where the next pass begins, which is soon: the way to rest and back is saved. */
  readonly afterwards: 'park' | 'stop' | { readonly waitAt: AzEl }
}

export interface TrackerSettings {
  readonly envelope: Envelope
  /** What the controller does with commands; none are closer together than its period. */
  readonly controller: ControllerFacts
  /** An axis that is told to move and does not for so long is stalled. */
  readonly stallAfter: Ms
  /** So long an axis may go on as it went before a command takes hold. */
  readonly obeysWithin: Ms
  /** Nearer than this to its target an axis need not move: the controller's own dead band. */
  readonly deadBand: Deg
  readonly precedence: Precedence
  /**
   * How often each motor may start in an hour; absent: as often as it is asked to. Every start counts, whoever asks: passes and the
   * way to them, programs, operators, rest. While half of them are left nothing is spared; then hops get longer, up to half the
   * beam. Where they are used up passes go on in such hops, programs wait, and persons, rest, stow and STOP are never held back.
   */
  readonly startsPerHour?: number
}

export type TrackerPhase =
  /** `waitsAt`: it stands where the next pass begins. */
  | { readonly name: 'idle'; readonly waitsAt?: AzEl }
  | { readonly name: 'pre-positioning'; readonly task: TrackTask }
  | { readonly name: 'tracking'; readonly task: TrackTask }
  /** Held on one place of the axes for somebody. */
  | { readonly name: 'pointing'; readonly to: AzEl; readonly user: AntennaUser }
  /** To the resting place, or to where it waits for the next pass. */
  | { readonly name: 'parking'; readonly waitAt?: AzEl }
  /** In a wind lock-out: to the stow position, and there it stays. */
  | { readonly name: 'stowing' }
  /** `hold`: a person stopped it, and nobody but a person moves it again. */
  | { readonly name: 'stopping'; readonly hold: boolean }
  /** Stopped by a person: it stays until a person asks for a motion, or says that it may go on. */
  | { readonly name: 'held' }
  /** Latched: nothing moves until a person clears it. */
  | { readonly name: 'faulted'; readonly fault: Fault }
  /** The line or the controller does not work: nothing moves until it does again. */
  | {
      readonly name: 'unreachable'
      readonly fault: Fault
      readonly resumes: ResumedPhase | undefined
      /** As of `stopping`. */
      readonly hold: boolean
    }

/** What goes on by itself when the line is back: a pass that is still on, the way to rest or to the next pass. */
export type ResumedPhase = Extract<TrackerPhase, { name: 'pre-positioning' | 'parking' }>

/** The station's pass that is due, whether the antenna follows it or somebody or something keeps it from it. */
export interface DuePass {
  readonly task: TrackTask
  /** As of the tracker's own, since the pass was assigned. */
  readonly wallMinusMono: number | undefined
  /** Somebody sent the antenna to rest in this pass, or a program stopped it: it waits until somebody lets it go on. */
  readonly isWithheld: boolean
}

export interface SentMove {
  readonly to: AzEl
  readonly atMonoMs: MonoMs
  /** What it replaced: on its way there the antenna still is, where this one was refused. */
  readonly before: AzEl | undefined
  /** The starts without its own; absent where they are not counted. */
  readonly startsBefore?: MotorStarts
}

export interface TrackerState {
  readonly phase: TrackerPhase
  readonly lockOut: LockOut | undefined
  readonly due: DuePass | undefined
  /** What the antenna is on its way to, whatever is wanted by now; undefined after STOP. */
  readonly commanded: SentMove | undefined
  readonly progress: Progress
  /** It has been seen to stand since it was last sent anywhere: that it stays where it stood is watched. */
  readonly stands: boolean
  readonly rest: Rest | undefined
  /** Wall clock minus stopwatch as followed in this pass; a step of the wall clock is not followed. */
  readonly wallMinusMono: number | undefined
  readonly wallStepReported: boolean
  /** Since the tracker began, of the last hour; empty where they are not counted. */
  readonly starts: MotorStarts
  /** That the hour's starts are used up has been said. */
  readonly startsUsedUp: boolean
  /** The last refusal that was reported, so that it is said once and not at each tick. */
  readonly refused: string | undefined
}

/** The last reading; `estimated` where the controller cannot be asked and it is reckoned from the commands. */
export interface Position extends Whereabouts {
  readonly estimated?: boolean
}

export type TrackerEvent =
  | { readonly type: 'task-assigned'; readonly task: TrackTask }
  | {
      readonly type: 'point-asked'
      readonly direction: AzEl
      readonly user: AntennaUser
      readonly position: Position | undefined
    }
  /** Another plan is in use: when the pass under way ends, and where the next one begins, where it is to wait there. */
  | {
      readonly type: 'plan-changed'
      readonly ends: { readonly taskId: string; readonly losUtcMs: UtcMs } | undefined
      readonly next: AzEl | undefined
    }
  /** Whoever held the antenna is gone. */
  | { readonly type: 'let-go'; readonly user: AntennaUser }
  | { readonly type: 'park-asked'; readonly user: AntennaUser }
  /** By whom: a person's stop holds. */
  | { readonly type: 'stop-asked'; readonly user: AntennaUser }
  | { readonly type: 'lock-out'; readonly lockOut: LockOut | undefined }
  | {
      readonly type: 'tick'
      readonly utcNow: UtcMs
      readonly monoNow: MonoMs
      /** Undefined where there is none that counts. */
      readonly position: Position | undefined
    }
  /** The stop that was asked for has been confirmed by readings. */
  | { readonly type: 'stopped' }
  /** The line or the controller does not work. */
  | { readonly type: 'link-fault'; readonly fault: Fault }
  /** It works (again), the position has been read, and STOP has been sent. */
  | { readonly type: 'link-healed' }
  /** Stall, wrong way, runaway, leap, no stop: whatever must stop everything and latch. */
  | { readonly type: 'motion-fault'; readonly fault: Fault }
  /** The gate or the controller said no to the last move: it was not sent. */
  | { readonly type: 'move-refused'; readonly fault: Fault }
  /** The last move was not sent, because the rotator is being stopped: it is asked again. */
  | { readonly type: 'move-dropped' }
  | { readonly type: 'fault-cleared' }

export type TrackerReport =
  | {
      readonly kind: 'pre-positioning' | 'taken-up' | 'tracking' | 'pass-over' | 'missed'
      readonly taskId: string
    }
  | {
      readonly kind:
        | 'pointing'
        | 'parking'
        | 'parked'
        | 'going-to-next'
        | 'waiting'
        | 'stowing'
        | 'stowed'
        | 'stopped'
        | 'let-go'
        | 'link-healed'
        | 'fault-cleared'
        | 'wall-clock-stepped'
        | 'starts-used-up'
    }
  | { readonly kind: 'refused'; readonly fault: Fault }

export type TrackerEffect =
  /** To be asked of the gate from where the antenna is, then given to the rotator. */
  | { readonly type: 'move'; readonly to: AzEl }
  | { readonly type: 'stop' }
  /** Latches a motion fault; `cutOff`: it may not obey STOP, and the power of the motors is to go where it can. */
  | { readonly type: 'latch'; readonly fault: Fault; readonly cutOff: boolean }
  | { readonly type: 'report'; readonly report: TrackerReport }

export type TrackerStep = readonly [TrackerState, readonly TrackerEffect[]]
export type Tick = Extract<TrackerEvent, { type: 'tick' }>

export const initialTracker: TrackerState = {
  phase: { name: 'idle' },
  lockOut: undefined,
  due: undefined,
  commanded: undefined,
  progress: noProgress,
  stands: false,
  rest: undefined,
  wallMinusMono: undefined,
  wallStepReported: false,
  starts: noStarts,
  startsUsedUp: false,
  refused: undefined,
}
