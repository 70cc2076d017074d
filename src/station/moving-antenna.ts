import type { AzEl } from '../kernel/angle.ts'
import type { OpenByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Clock, every } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { ms } from '../kernel/units.ts'
import { toleranceOf } from '../pointing/command-choice.ts'
import { checkMotion, type Envelope } from '../pointing/motion-gate.ts'
import { startsWithinHour } from '../pointing/motor-starts.ts'
import { onSky } from '../pointing/mount.ts'
import { stepTracker } from '../pointing/tracker.ts'
import {
  initialTracker,
  type TrackerEffect,
  type TrackerEvent,
  type TrackTask,
} from '../pointing/tracker-state.ts'
import { holderOf } from '../pointing/tracker-steps.ts'
import { planTrajectory } from '../pointing/trajectory.ts'
import type { RotatorDriver } from '../rotator/driver.ts'
import { createRotator } from '../rotator/rotator.ts'
import type { StopOutcome } from '../rotator/stop.ts'
import type { Antenna, PassToFollow } from './antenna.ts'
import type { AntennaMemory } from './antenna-memory.ts'
import { tellReport } from './antenna-words.ts'
import type { CutOff } from './cut-off.ts'
import type { LatchFile } from './latch-file.ts'
import type { LockOutInput } from './lock-out-inputs.ts'
import { createLockOuts } from './lock-outs.ts'
import { type TrackerChoices, trackerSettingsOf } from './tracker-settings.ts'

// Twice the command rate of a slow controller: the tracker decides, the driver's own period bounds what is sent.
const TICK = ms(250)
// The loop missed this many ticks: it hangs, and the watchdog may know.
const ALIVE_TICKS = 40

export interface MovingAntennaOptions extends TrackerChoices {
  readonly clock: Clock
  readonly log: Log
  readonly envelope: Omit<Envelope, 'turnChoice'>
  readonly driver: RotatorDriver
  readonly open: OpenByteStream
  /** Remembers a latched fault across restarts. */
  readonly latch?: LatchFile
  /** Remembers across restarts how the cable is wound, and who locked the antenna out. */
  readonly memory?: AntennaMemory
  readonly lockOutInputs?: readonly LockOutInput[]
  readonly cutOff?: CutOff
  /** The controller turns to its switches when it is powered: what it reads after an outage is where it is. */
  readonly findsItsPlace?: boolean
}

/**
 * An antenna with axes: the pure tracker decides, this shell carries out what it says. Every motion goes through the
 * gate from where the antenna is then (law 2).
 */
export const createMovingAntenna = (options: MovingAntennaOptions): Antenna => {
  const { clock, log, driver, memory, startsPerHour } = options
  const envelope: Envelope = { ...options.envelope, turnChoice: driver.capabilities.turnChoice }
  const { mount } = envelope
  const settings = trackerSettingsOf({ ...options, envelope })
  let state = initialTracker
  // It tells its own faults.
  let toldByRotator: Fault | undefined
  let lastTickMonoMs = clock.monoNow()

  const before = memory?.place()
  const rotator = createRotator({
    clock,
    open: options.open,
    driver,
    mount,
    log,
    ...(before === undefined ? {} : { lastKnown: before.position, headedFor: before.target }),
    findsItsPlace: options.findsItsPlace ?? false,
    isMovedByOthers: () => state.lockOut?.kind === 'maintenance',
    onReading: (reading) => memory?.remember({ position: reading, target: state.commanded?.to ?? reading }),
    onFault: (failure) => {
      toldByRotator = failure
      feed({ type: 'motion-fault', fault: failure })
    },
    onTrouble: (failure) => feed({ type: 'link-fault', fault: failure }),
    onHealed: () => feed({ type: 'link-healed' }),
    onStood: () => feed({ type: 'stopped' }),
  })

  // Simulated once is simulated for ever: a line that is down now does not wash the records clean (law 6).
  let wasSimulated = false
  const provenance = (): Provenance => {
    wasSimulated ||= rotator.status().provenance === 'simulated'
    return wasSimulated ? 'simulated' : 'real'
  }

  /** A place of the axes as one of the sky. */
  const seen = <Place extends AzEl>(axes: Place | undefined): Place | undefined =>
    axes && { ...axes, ...onSky(mount, axes) }

  /** What the tracker makes of an event; the refusal, where it said no. */
  const feed = (event: TrackerEvent, isAsked = false): Fault | undefined => {
    const [next, effects] = stepTracker(settings, state, event)
    state = next
    let refusal: Fault | undefined
    for (const effect of effects) {
      const isRefusal = effect.type === 'report' && effect.report.kind === 'refused'
      if (isRefusal) refusal = effect.report.fault
      if (!(isRefusal && isAsked)) carryOut(effect)
    }
    return refusal
  }

  /** As `feed`, for what somebody asks and is answered: the refusal is his, and not in the log too. */
  const ask = (event: TrackerEvent): Result<void, Fault> => {
    const refusal = feed(event, true)
    return refusal === undefined ? ok(undefined) : err(refusal)
  }

  const move = (to: AzEl): void => {
    const position = rotator.position()
    if (position === undefined) return
    const isStowing = state.phase.name === 'stowing'
    const motion = checkMotion(envelope, { from: position, to, isStowing }, state.lockOut)
    if (!motion.ok) {
      feed({ type: 'move-refused', fault: motion.error })
      return
    }
    void rotator.moveTo(motion.value).then((outcome) => {
      if (!outcome.ok) feed({ type: 'move-refused', fault: outcome.error })
      else if (outcome.value === 'busy') feed({ type: 'move-dropped' })
    })
  }

  let stopsUnderWay = 0
  const stopNow = async (): Promise<Result<StopOutcome, Fault>> => {
    stopsUnderWay += 1
    const stopped = await rotator.stop()
    stopsUnderWay -= 1
    if (stopped.ok) feed({ type: 'stopped' })
    return stopped
  }

  const carryOut = (effect: TrackerEffect): void => {
    switch (effect.type) {
      case 'move':
        move(effect.to)
        return
      case 'stop':
        void stopNow()
        return
      case 'latch':
        options.latch?.write(effect.fault)
        if (effect.cutOff) options.cutOff?.cut()
        if (effect.fault !== toldByRotator) log.fault(effect.fault)
        return
      case 'report':
        tellReport(log, effect.report)
        return
    }
  }

  const lockOuts = createLockOuts({
    clock,
    log,
    memory,
    inputs: options.lockOutInputs ?? [],
    onChange: (lockOut) => feed({ type: 'lock-out', lockOut }),
  })
  const lockedBefore = lockOuts.strictest()
  if (lockedBefore !== undefined) {
    const name = lockedBefore.kind === 'wind' ? 'stowing' : 'idle'
    state = { ...state, lockOut: lockedBefore, phase: { name } }
  }
  const latchedBefore = options.latch?.read()
  if (latchedBefore !== undefined) feed({ type: 'motion-fault', fault: latchedBefore })

  lockOuts.watch()
  const ticking = every(clock, TICK, () => {
    provenance()
    lastTickMonoMs = clock.monoNow()
    // One that nobody could confirm is tried again, for as long as that is what is wanted.
    if (state.phase.name === 'stopping' && stopsUnderWay === 0) void stopNow()
    feed({ type: 'tick', utcNow: clock.utcNow(), monoNow: clock.monoNow(), position: rotator.position() })
  })

  return {
    connect: async () => {
      const reading = await rotator.connect()
      return reading.ok ? ok(undefined) : reading
    },
    follow: (pass) => {
      const start = rotator.position()?.azimuth
      const trajectory = planTrajectory(
        {
          aosUtcMs: pass.aosUtc,
          losUtcMs: pass.losUtc,
          lookAt: pass.lookAt,
        },
        {
          mount,
          ...(start === undefined ? {} : { startAzimuth: start }),
          ...(pass.next?.isSoon === true ? { nextAzimuth: pass.next.begin.azimuth } : {}),
          ...(envelope.minimumElevationAt === undefined
            ? {}
            : { minimumElevationAt: envelope.minimumElevationAt }),
        },
      )
      if (!trajectory.ok) return trajectory
      const isLatched = 'fault' in state.phase ? state.phase.fault : undefined
      const asked = ask({
        type: 'task-assigned',
        task: {
          id: pass.id,
          user: pass.user ?? 'plan',
          trajectory: trajectory.value,
          tolerance: toleranceOf(mount, { hasRelays: driver.capabilities.hasRelays }),
          afterwards: afterwardsOf(pass),
        },
      })
      if (isLatched !== undefined) return err(isLatched)
      return asked.ok ? ok(trajectory.value) : asked
    },
    takeNewPlan: ({ ends, next }) => {
      feed({
        type: 'plan-changed',
        ends: ends && { taskId: ends.id, losUtcMs: ends.losUtc },
        next: next?.isSoon === true ? next.begin : undefined,
      })
    },
    pointAt: (direction, user) => ask({ type: 'point-asked', direction, user, position: rotator.position() }),
    letGo: (user) => {
      feed({ type: 'let-go', user })
    },
    park: (user) => ask({ type: 'park-asked', user }),
    stop: async (user = 'operator') => {
      feed({ type: 'stop-asked', user })
      return rotator.stop()
    },
    setLockOut: lockOuts.set,
    confirmTurn: (azimuth) => {
      const shown = rotator.position()
      // Where nothing shows it, it stands where it was asked to be put.
      const rest = driver.capabilities.readBack ? undefined : mount.park.azimuth
      const turn = azimuth ?? shown?.azimuth ?? rest
      if (turn !== undefined && rotator.confirmTurn(turn)) {
        log.info(`an operator confirmed the turn of the cable: azimuth ${turn}°`)
        return ok(undefined)
      }
      const reads =
        shown === undefined ? 'nothing is read from the rotator' : `it reads ${shown.azimuth.toFixed(1)}°`
      return err(fault('motion.turn-unknown', `Azimuth ${turn ?? '?'}° cannot be: ${reads}`))
    },
    limits: { azimuth: mount.azimuth, elevation: mount.elevation },
    clearFault: () => {
      options.latch?.clear()
      options.cutOff?.restore()
      rotator.clearFault()
      feed({ type: 'fault-cleared' })
    },
    status: () => ({
      phase: state.phase.name,
      user: holderOf(state.phase),
      isPassWithheld: state.due?.isWithheld ?? false,
      isEstimate: !driver.capabilities.readBack,
      turnCertain: rotator.position()?.turnCertain ?? false,
      lockOuts: lockOuts.all(),
      motorStarts:
        startsPerHour === undefined
          ? undefined
          : { ...startsWithinHour(state.starts, clock.monoNow()), perHour: startsPerHour },
      fault: 'fault' in state.phase ? state.phase.fault : undefined,
      commanded: seen(state.commanded?.to),
      reported: seen(rotator.position()),
      provenance: provenance(),
      alive: clock.monoNow() - lastTickMonoMs < ALIVE_TICKS * TICK,
    }),
    close: async (): Promise<Result<void, Fault>> => {
      ticking.stop()
      lockOuts.stop()
      // Where there never was a line, nothing was moved; where one was lost, the antenna may still turn.
      const everLinked = rotator.status().description !== undefined
      const stopped = everLinked ? await rotator.stop() : ok<'seen' | 'sent'>('seen')
      const rests = rotator.position()
      if (rests !== undefined) memory?.remember({ position: rests, target: rests })
      await rotator.close()
      await memory?.flush()
      if (!stopped.ok) return stopped
      if (stopped.value === 'sent') log.warn(STOP_NOT_CONFIRMED)
      return ok(undefined)
    },
  }
}

const afterwardsOf = ({ user, next }: PassToFollow): TrackTask['afterwards'] => {
  if (user === 'operator') return 'stop'
  return next?.isSoon === true ? { waitAt: next.begin } : 'park'
}

const STOP_NOT_CONFIRMED = 'STOP was sent; this controller cannot say whether the antenna stands'
