import type { AzEl } from '../kernel/angle.ts'
import type { OpenByteStream } from '../kernel/byte-stream.ts'
import { type Clock, every, type Repeating } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Result } from '../kernel/result.ts'
import { type Deg, deg, ms } from '../kernel/units.ts'
import { checkMotion, type Envelope } from '../pointing/motion-gate.ts'
import {
  initialTracker,
  stepTracker,
  type TrackerEffect,
  type TrackerEvent,
  type TrackerReport,
  type TrackerSettings,
  type TrackTask,
} from '../pointing/tracker.ts'
import type { RotatorDriver } from './driver.ts'
import type { Reading } from './readings.ts'
import { createRotator, type RotatorStatus } from './rotator.ts'

export interface AntennaOptions {
  readonly clock: Clock
  readonly open: OpenByteStream
  readonly driver: RotatorDriver
  readonly envelope: Envelope
  readonly log: Log
  readonly lastKnownAzimuth?: Deg
  /** Where the defaults, made from the driver's capabilities, do not fit. */
  readonly settings?: Partial<Omit<TrackerSettings, 'envelope'>>
  readonly onReport?: (report: TrackerReport) => void
  readonly onReading?: (reading: Reading) => void
  /** A fault has latched: nothing moves until `clearFault`. */
  readonly onLatched?: (failure: Fault) => void
}

export interface AntennaStatus extends RotatorStatus {
  readonly phase: 'idle' | 'pre-positioning' | 'tracking' | 'parking' | 'stopping' | 'faulted'
  readonly commanded: AzEl | undefined
}

/** An antenna with motors: the tracker decides, the gate judges, the rotator moves. The only way to move it. */
export interface Antenna {
  readonly connect: () => Promise<Result<Reading, Fault>>
  readonly track: (task: TrackTask) => void
  readonly park: () => void
  /** Settles when readings confirm that it stands, or with `motion.not-stopped`. */
  readonly stop: () => Promise<Result<void, Fault>>
  readonly clearFault: () => void
  /** The last fresh reading. */
  readonly position: () => Reading | undefined
  readonly status: () => AntennaStatus
  /** Ends the control loop and closes the line; call `stop` first. */
  readonly close: () => Promise<void>
}

const TICK_MS = 500
/** Twice the run-up and dead time of slow controllers. */
const STALL_AFTER_MS = 8_000
/** From the command to the motion, beside half a command period. */
const RESPONSE_MS = 200

export const createAntenna = (options: AntennaOptions): Antenna => {
  const { clock, envelope, log, driver } = options
  const { commandPeriod } = driver.capabilities
  const settings: TrackerSettings = {
    commandPeriod,
    lead: ms(commandPeriod / 2 + RESPONSE_MS),
    stallAfter: ms(STALL_AFTER_MS),
    deadBand: deg(2 * envelope.mount.resolution),
    ...options.settings,
    envelope,
  }
  let state = initialTracker
  let ticks: Repeating | undefined
  const rotator = createRotator({
    clock,
    open: options.open,
    driver,
    mount: envelope.mount,
    log,
    ...(options.lastKnownAzimuth === undefined ? {} : { lastKnownAzimuth: options.lastKnownAzimuth }),
    ...(options.onReading === undefined ? {} : { onReading: options.onReading }),
    onFault: (failure) => send({ type: 'motion-fault', fault: failure }),
  })

  const send = (event: TrackerEvent): void => {
    const [next, effects] = stepTracker(settings, state, event)
    state = next
    for (const effect of effects) carryOut(effect)
  }

  const carryOut = (effect: TrackerEffect): void => {
    switch (effect.type) {
      case 'move':
        void move(effect.to)
        return
      case 'stop':
        void rotator.stop().then((outcome) => {
          if (outcome.ok) send({ type: 'stopped' })
        })
        return
      case 'latch':
        // What the rotator found out it has already told.
        if (rotator.status().latched !== effect.fault) log.fault(effect.fault)
        options.onLatched?.(effect.fault)
        return
      case 'report':
        if (effect.report.kind === 'refused') log.fault(effect.report.fault)
        options.onReport?.(effect.report)
    }
  }

  const move = async (to: AzEl): Promise<void> => {
    const from = rotator.position()
    // The reading has gone meanwhile; the next tick asks again when there is one.
    if (from === undefined) return
    const checked = checkMotion(envelope, { from, to })
    const outcome = checked.ok ? await rotator.moveTo(checked.value) : checked
    if (!outcome.ok) send({ type: 'move-refused', fault: outcome.error })
  }

  const tick = (): void => {
    const position = rotator.position()
    send({ type: 'tick', utcNow: clock.utcNow(), monoNow: clock.monoNow(), position })
  }

  return {
    connect: () => {
      ticks ??= every(clock, ms(TICK_MS), tick)
      return rotator.connect()
    },
    track: (task) => send({ type: 'task-assigned', task }),
    park: () => send({ type: 'park-asked' }),
    stop: () => {
      send({ type: 'stop-asked' })
      // The tracker has asked for it already: this is the same stop, to wait for.
      return rotator.stop()
    },
    clearFault: () => {
      rotator.clearFault()
      send({ type: 'fault-cleared' })
    },
    position: rotator.position,
    status: () => ({ ...rotator.status(), phase: state.phase.name, commanded: state.commanded?.to }),
    close: async () => {
      ticks?.stop()
      ticks = undefined
      await rotator.close()
    },
  }
}
