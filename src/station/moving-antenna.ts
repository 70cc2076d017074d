import type { OpenByteStream, Provenance } from '../kernel/byte-stream.ts'
import { type Clock, every } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { deg, type Ms, ms } from '../kernel/units.ts'
import { checkMotion, type Envelope } from '../pointing/motion-gate.ts'
import {
  initialTracker,
  stepTracker,
  type TrackerEffect,
  type TrackerEvent,
  type TrackerReport,
  type TrackerSettings,
} from '../pointing/tracker.ts'
import { planTrajectory } from '../pointing/trajectory.ts'
import type { RotatorDriver } from '../rotator/driver.ts'
import { createRotator } from '../rotator/rotator.ts'
import type { Antenna } from './antenna.ts'
import type { LatchFile } from './latch-file.ts'

// Twice the command rate of a slow controller: the tracker decides, the driver's own period bounds what is sent.
const TICK = ms(250)
// A heavy antenna runs up for a second or two; a jammed one is stopped before the motor is hot.
const STALL_AFTER = ms(8_000)
// The loop missed this many ticks: it hangs, and the watchdog may know.
const ALIVE_TICKS = 40

/**
 * An antenna with axes: the pure tracker decides, this shell carries out what it says. Every motion goes through the
 * gate from where the antenna is then (law 2).
 */
export const createMovingAntenna = (options: {
  readonly clock: Clock
  readonly log: Log
  readonly envelope: Envelope
  readonly driver: RotatorDriver
  readonly open: OpenByteStream
  /** Remembers a latched fault across restarts. */
  readonly latch?: LatchFile
}): Antenna => {
  const { clock, log, envelope, driver } = options
  const { mount } = envelope
  const settings: TrackerSettings = {
    envelope,
    commandPeriod: driver.capabilities.commandPeriod,
    lead: leadOf(driver),
    stallAfter: STALL_AFTER,
    // Controllers rest a step or two beside their target.
    deadBand: deg(2 * mount.resolution),
  }
  let state = initialTracker
  let lastTickMonoMs = clock.monoNow()

  const rotator = createRotator({
    clock,
    open: options.open,
    driver,
    mount,
    log,
    onFault: (failure) => feed({ type: 'motion-fault', fault: failure }),
  })

  // Simulated once is simulated for ever: a line that is down now does not wash the records clean (law 6).
  let wasSimulated = false
  const provenance = (): Provenance => {
    wasSimulated ||= rotator.status().provenance === 'simulated'
    return wasSimulated ? 'simulated' : 'real'
  }

  const feed = (event: TrackerEvent): void => {
    const [next, effects] = stepTracker(settings, state, event)
    state = next
    for (const effect of effects) carryOut(effect)
  }

  const carryOut = (effect: TrackerEffect): void => {
    switch (effect.type) {
      case 'move': {
        const position = rotator.position()
        if (position === undefined) return
        const motion = checkMotion(envelope, { from: position, to: effect.to })
        if (!motion.ok) {
          feed({ type: 'move-refused', fault: motion.error })
          return
        }
        void rotator.moveTo(motion.value).then((outcome) => {
          if (!outcome.ok) feed({ type: 'move-refused', fault: outcome.error })
        })
        return
      }
      case 'stop':
        void rotator.stop().then((stopped) => {
          if (stopped.ok) feed({ type: 'stopped' })
        })
        return
      case 'latch':
        options.latch?.write(effect.fault)
        // The rotator tells its own faults.
        if (effect.fault !== rotator.status().latched) log.fault(effect.fault)
        return
      case 'report':
        tell(effect.report)
        return
    }
  }

  const tell = (report: TrackerReport): void => {
    switch (report.kind) {
      case 'refused':
        log.fault(report.fault)
        return
      case 'missed':
        log.warn('the pass was over before the antenna could follow it', { pass: report.taskId })
        return
      case 'wall-clock-stepped':
        log.warn('the wall clock stepped during a pass; the antenna goes on by the stopwatch')
        return
      case 'fault-cleared':
        log.info('the fault was cleared; the antenna may move again')
        return
      default:
        log.info(`antenna: ${REPORT_TEXT[report.kind]}`)
    }
  }

  const latchedBefore = options.latch?.read()
  if (latchedBefore !== undefined) feed({ type: 'motion-fault', fault: latchedBefore })

  const ticking = every(clock, TICK, () => {
    provenance()
    lastTickMonoMs = clock.monoNow()
    feed({ type: 'tick', utcNow: clock.utcNow(), monoNow: clock.monoNow(), position: rotator.position() })
  })

  return {
    connect: async () => {
      const reading = await rotator.connect()
      return reading.ok ? ok(undefined) : reading
    },
    follow: (pass) => {
      let failure: Fault | undefined
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
          ...(envelope.minimumElevationAt === undefined
            ? {}
            : { minimumElevationAt: envelope.minimumElevationAt }),
        },
      )
      if (!trajectory.ok) return trajectory
      if (state.phase.name === 'faulted') failure = state.phase.fault
      feed({ type: 'task-assigned', task: { id: pass.id, trajectory: trajectory.value, afterwards: 'park' } })
      return failure === undefined ? ok(trajectory.value) : err(failure)
    },
    park: () => feed({ type: 'park-asked' }),
    stop: async () => {
      feed({ type: 'stop-asked' })
      return rotator.stop()
    },
    clearFault: () => {
      options.latch?.clear()
      rotator.clearFault()
      feed({ type: 'fault-cleared' })
    },
    status: () => ({
      phase: state.phase.name,
      fault: state.phase.name === 'faulted' ? state.phase.fault : undefined,
      commanded: state.commanded?.to,
      reported: rotator.position(),
      provenance: provenance(),
      alive: clock.monoNow() - lastTickMonoMs < ALIVE_TICKS * TICK,
    }),
    close: async (): Promise<Result<void, Fault>> => {
      ticking.stop()
      // Where there never was a line, nothing was moved; where one was lost, the antenna may still turn.
      const everLinked = rotator.status().description !== undefined
      const stopped = everLinked ? await rotator.stop() : ok(undefined)
      await rotator.close()
      return stopped
    },
  }
}

const REPORT_TEXT = {
  'pre-positioning': 'goes to where the pass rises',
  tracking: 'follows the pass',
  'pass-over': 'the pass is over',
  parking: 'goes to its resting place',
  parked: 'rests',
  stopped: 'stands',
} as const

/** A command is right, on average, half a command period later, and the controller takes a moment to obey. */
const leadOf = (driver: RotatorDriver): Ms =>
  ms(driver.capabilities.commandPeriod / 2 + driver.capabilities.writePause)
