import type { AzEl } from '../kernel/angle.ts'
import type { OpenByteStream, Provenance } from '../kernel/byte-stream.ts'
import type { Clock, Timer } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { Deg } from '../kernel/units.ts'
import { type AuthorisedMotion, isAuthorised } from '../pointing/motion-gate.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { PositionReply } from './answer.ts'
import { type Connection, createConnection } from './connection.ts'
import { createControllerTalk } from './controller-talk.ts'
import type { RotatorDriver } from './driver.ts'
import { createLineLoop } from './line-loop.ts'
import { initialLink, type LinkEffect, type LinkEvent, stepLink } from './link-state.ts'
import { createMotionSlot, type MotionOutcome } from './motion-slot.ts'
import { createReadings, type Reading } from './readings.ts'
import { createReckoning } from './reckoning.ts'
import { type StopOutcome, stopAndConfirm } from './stop.ts'

export interface RotatorOptions {
  readonly clock: Clock
  /** Must give a fresh connection at each call. */
  readonly open: OpenByteStream
  readonly driver: RotatorDriver
  readonly mount: AzElMount
  readonly log: Log
  /** Where it was when last seen, across restarts: tells the turns of the cable apart, and starts the reckoning. */
  readonly lastKnown?: AzEl
  /** Where it was being sent then: it may have gone on until STOP. */
  readonly headedFor?: AzEl
  /** Whether it may be elsewhere than where it was sent, and rightly: people are at it. */
  readonly isMovedByOthers?: () => boolean
  /** It turns to its switches when it is powered: what it reads then is where it is. */
  readonly findsItsPlace?: boolean
  /** Also where it is reckoned to be, where it cannot be read. */
  readonly onReading?: (reading: Reading) => void
  /** What stops everything and latches: a count that leapt, an antenna that does not stop, a line never sound. */
  readonly onFault: (failure: Fault) => void
  /** The line or the controller does not work: nothing can be moved until `onHealed`. Once for each trouble. */
  readonly onTrouble?: (failure: Fault) => void
  /** The position has been read again. */
  readonly onHealed?: () => void
  /** The antenna has been seen to stand on a new line. */
  readonly onStood?: () => void
}

export interface RotatorStatus {
  readonly linked: boolean
  readonly description: string | undefined
  readonly provenance: Provenance | undefined
  readonly latched: Fault | undefined
  /** What is wrong with the line or the controller now; heals when the position has been read again. */
  readonly trouble: Fault | undefined
  /** Frames that were not understood since the start. */
  readonly noise: number
}

export interface Rotator {
  /** Connects, sends STOP, reads the position. Whether that went well or not, the link is kept up from then on. */
  readonly connect: () => Promise<Result<Reading, Fault>>
  /** Only what passed the gate. */
  readonly moveTo: (motion: AuthorisedMotion) => Promise<MotionOutcome>
  /**
   * Past every queue, repeated until readings agree that it stands; else `motion.not-stopped`, latched where it was seen to
   * move. `motion.stop-not-sent` where there is no line.
   */
  readonly stop: () => Promise<Result<StopOutcome, Fault>>
  /**
   * The last reading while it is fresh and the link is up; the reckoning where the controller cannot be asked, and a
   * person, or what was known before, has said where it began.
   */
  readonly position: () => Reading | undefined
  /**
   * A person says on which turn of the cable it is; false where the readings do not allow it. Where it cannot be read:
   * that it stands there.
   */
  readonly confirmTurn: (azimuth: Deg) => boolean
  readonly status: () => RotatorStatus
  /** By a person, after looking at the antenna. */
  readonly clearFault: () => void
  /** Closes the line; does not stop the antenna (call `stop` first). */
  readonly close: () => Promise<void>
}

// Some commands may go out before it is noticed that nothing is answered any more.
const SENT_KEPT = 4

const placeUnknown = (title: string): Fault =>
  fault(
    'rotator.place-unknown',
    `The controller (${title}) cannot say where the antenna is, and it is not known from before`,
  )

export const createRotator = (options: RotatorOptions): Rotator => {
  const { clock, driver, mount, log } = options
  const { capabilities } = driver
  const talk = createControllerTalk({ log, mount })
  const readings = createReadings({
    clock,
    mount,
    capabilities,
    lastKnown: options.lastKnown,
    headedFor: options.headedFor,
    isMovedByOthers: options.isMovedByOthers ?? (() => false),
    findsItsPlace: options.findsItsPlace ?? false,
    onReading: options.onReading,
    onImplausible: () => talk.noise(),
    onLeap: (failure) => latch(failure),
  })
  const reckoning = createReckoning({
    mount,
    lastKnown: options.lastKnown,
    headedFor: options.headedFor,
    at: clock.monoNow(),
  })
  let connection: Connection | undefined
  let streamFacts: { readonly description: string; readonly provenance: Provenance } | undefined
  const slot = createMotionSlot(clock, capabilities.commandPeriod)
  let latched: Fault | undefined
  let lastLatched: Fault | undefined
  let link = initialLink
  let trouble: Fault | undefined
  let stopping: Promise<Result<StopOutcome, Fault>> | undefined
  let retry: Timer | undefined
  // Those who wait for how the first attempt turns out.
  let attempts: ((outcome: Result<Reading, Fault>) => void)[] = []
  let stopSent: Promise<void> = Promise.resolve()
  // Where it may be on its way to: nowhere, once it was seen to stand.
  let sentTo: readonly AzEl[] = []

  const latch = (failure: Fault): void => {
    // Each is told, for a later one may be worse, but not each time it is found again; the first stays the reason why nothing
    // moves.
    if (lastLatched?.message === failure.message) return
    lastLatched = failure
    latched ??= failure
    slot.drop()
    log.fault(failure)
    options.onFault(failure)
  }

  const feed = (event: LinkEvent): void => {
    const settings = { ...capabilities, description: streamFacts?.description ?? 'line' }
    const [next, effects] = stepLink(settings, link, event, clock.monoNow())
    link = next
    for (const effect of effects) carryOut(effect)
  }

  const carryOut = (effect: LinkEffect): void => {
    switch (effect.type) {
      case 'open':
        retry?.cancel()
        void open()
        return
      case 'retry':
        retry?.cancel()
        retry = clock.setTimer(effect.after, () => feed({ type: 'wanted' }))
        return
      case 'stop':
        reckoning.stop(clock.monoNow())
        stopSent = sendStop()
        return
      case 'connected':
        log.info(`Rotator connected: ${capabilities.title} on ${streamFacts?.description ?? 'line'}`)
        // What was left moving may not have heard the first STOP.
        if (capabilities.readBack) stopAndSee()
        return
      case 'stop-and-see':
        stopAndSee()
        return
      case 'trouble':
        slot.drop()
        readings.forget(sentTo)
        trouble = effect.fault
        log.fault(effect.fault)
        options.onTrouble?.(effect.fault)
        settleAttempts(err(effect.fault))
        return
      case 'healed':
        trouble = undefined
        log.info(`The rotator is in reach again: ${streamFacts?.description ?? 'line'}`)
        options.onHealed?.()
        return
      case 'latch':
        latch(effect.fault)
        settleAttempts(err(effect.fault))
        return
    }
  }

  const stopAndSee = (): void => {
    void stop().then((stood) => stood.ok && options.onStood?.())
  }

  const settleAttempts = (outcome: Result<Reading, Fault>): void => {
    const waiting = attempts
    attempts = []
    for (const settle of waiting) settle(outcome)
  }

  const sendStop = async (): Promise<void> => {
    const [first, ...rest] = driver.encodeStop()
    const on = connection
    if (on === undefined || first === undefined) return
    const sent = await on.sendNow(first)
    if (sent.ok) await on.send(rest)
  }

  /** False where another reading is needed to know what this one is worth. */
  const accept = (reply: PositionReply): boolean => {
    const verdict = readings.accept(reply)
    if (verdict === 'unconfirmed') return false
    const reading = readings.fresh()
    // A leap that was dropped is no answer.
    if (verdict === 'dropped' || reading === undefined) {
      feed({ type: 'unanswered' })
      return true
    }
    feed({ type: 'answered' })
    settleAttempts(ok(reading))
    return true
  }

  const poll = async (on: Connection): Promise<void> => {
    const ask = async (): Promise<boolean> => {
      const reply = await on.query()
      if (!reply.ok || !on.isOpen()) return true
      if (reply.value !== undefined) return accept(reply.value)
      feed({ type: 'unanswered' })
      return true
    }
    // The first on a line is confirmed by a second at once: nobody waits for the next round.
    if (!(await ask())) await ask()
  }

  const sendWaiting = async (on: Connection): Promise<void> => {
    const job = slot.take()
    if (job === undefined) return
    let wanted = true
    const sent = await on.send(job.frames, () => {
      wanted = stopping === undefined && latched === undefined
      return wanted
    })
    if (wanted) sentTo = [...sentTo, job.motion.to].slice(-SENT_KEPT)
    if (sent.ok && wanted) reckoning.sendTo(job.motion.to, clock.monoNow())
    tellReckoned()
    job.settle(sent.ok ? ok(wanted ? 'sent' : 'superseded') : sent)
  }

  const loop = createLineLoop({
    clock,
    capabilities,
    poll: async (on) => {
      if (capabilities.readBack) await poll(on)
      else tellReckoned()
    },
    hasMotion: slot.isFilled,
    sendMotion: sendWaiting,
  })

  const lost = (failure: Fault): void => {
    connection = undefined
    slot.drop(err(failure))
    readings.forget(sentTo)
    loop.wake()
    feed({ type: 'lost', fault: failure })
  }

  const open = async (): Promise<void> => {
    const opened = await options.open()
    if (!opened.ok) {
      feed({ type: 'open-failed', fault: opened.error })
      return
    }
    const stream = opened.value
    // Closed meanwhile.
    if (link.phase !== 'opening') {
      await stream.close()
      return
    }
    streamFacts = { description: stream.description, provenance: stream.provenance }
    const made: Connection = createConnection({
      clock,
      stream,
      driver,
      onNoise: talk.noise,
      onRefused: (reason) => talk.refused(stream.description, reason),
      onPosition: (reply) => {
        accept(reply)
      },
      onStatus: ({ trouble: words }) => talk.trouble(words),
      onLimits: (limits) => talk.limits(stream.description, limits),
      onLost: lost,
    })
    connection = made
    feed({ type: 'opened' })
    // STOP is the first on the line, and whole.
    await stopSent
    if (!capabilities.readBack) {
      feed({ type: 'greeted' })
      const reading = position()
      if (reading === undefined) carryOut({ type: 'trouble', fault: placeUnknown(capabilities.title) })
      else settleAttempts(ok(reading))
    }
    await loop.serve(made)
  }

  const connect = (): Promise<Result<Reading, Fault>> =>
    new Promise((settle) => {
      const reading = position()
      if (reading !== undefined) {
        settle(ok(reading))
        return
      }
      if (connection !== undefined && !capabilities.readBack) {
        settle(err(placeUnknown(capabilities.title)))
        return
      }
      // One for each who asked; they are all settled by the next outcome.
      attempts.push(settle)
      feed({ type: 'wanted' })
    })

  const stopNow = async (): Promise<Result<StopOutcome, Fault>> => {
    reckoning.stop(clock.monoNow())
    const outcome = await stopAndConfirm({
      ...{ clock, readings, driver, mount },
      connection: () => connection,
      trouble: () => trouble,
    })
    // Only what was seen to move is a fault of motion. Without answers it is one of the line, and STOP is the first that
    // is sent when there is one again.
    if (outcome.kind === 'moves') latch(outcome.fault)
    if (outcome.kind === 'seen') sentTo = []
    return 'fault' in outcome ? err(outcome.fault) : ok(outcome.kind)
  }

  const stop = (): Promise<Result<StopOutcome, Fault>> => {
    slot.drop()
    // Whoever waits for the next attempt to open the line waits no longer.
    if (link.phase === 'waiting') feed({ type: 'wanted' })
    // Asked again: it goes out again, whatever is under way.
    if (stopping !== undefined) stopSent = sendStop()
    stopping ??= stopNow().finally(() => {
      stopping = undefined
    })
    return stopping
  }

  const checkFrom = (motion: AuthorisedMotion, now: Reading): boolean => {
    // What it can have moved since the reading on which the motion was checked.
    const slack = (rate: number): number => 3 * mount.resolution + (rate * readings.ageMaxMs) / 1000
    return (
      Math.abs(motion.from.azimuth - now.azimuth) <= slack(mount.azimuth.slewRate) &&
      Math.abs(motion.from.elevation - now.elevation) <= slack(mount.elevation.slewRate)
    )
  }

  const position = (): Reading | undefined => {
    if (connection === undefined) return undefined
    if (capabilities.readBack) return readings.fresh()
    const atMonoMs = clock.monoNow()
    const place = reckoning.at(atMonoMs)
    return place === undefined ? undefined : { ...place, atMonoMs, turnCertain: true, estimated: true }
  }

  const tellReckoned = (): void => {
    const reading = capabilities.readBack ? undefined : position()
    if (reading !== undefined) options.onReading?.(reading)
  }

  /** Where it cannot be read, a person says where it stands. */
  const confirmPlace = (azimuth: Deg): boolean => {
    if (!reckoning.confirm(azimuth, clock.monoNow())) return false
    tellReckoned()
    if (trouble?.code !== 'rotator.place-unknown') return true
    trouble = undefined
    options.onHealed?.()
    return true
  }

  return {
    connect,
    moveTo: async (motion) => {
      if (!isAuthorised(motion)) {
        return err(fault('motion.outside-envelope', 'A motion that did not pass the gate is not carried out'))
      }
      if (latched !== undefined) {
        return err(fault('motion.latched', `Nothing moves since this fault: ${latched.message}`))
      }
      if (connection === undefined) return err(fault('link.closed', 'There is no line to the rotator'))
      if (stopping !== undefined) return ok('busy')
      const now = position()
      if (now === undefined || !checkFrom(motion, now)) {
        return err(fault('motion.stale', 'The antenna is not where the motion was checked from'))
      }
      const frames = connection.encodeMoveTo(motion.to)
      if (!frames.ok) return frames
      const outcome = slot.put(motion, frames.value)
      loop.wake()
      return outcome
    },
    stop,
    position,
    confirmTurn: capabilities.readBack ? readings.confirmTurn : confirmPlace,
    status: () => ({
      linked: connection !== undefined,
      description: streamFacts?.description,
      provenance: streamFacts?.provenance,
      latched,
      trouble: latched === undefined ? trouble : undefined,
      noise: talk.noiseCount(),
    }),
    clearFault: () => {
      latched = undefined
      lastLatched = undefined
      feed({ type: 'fault-cleared' })
    },
    close: async () => {
      retry?.cancel()
      slot.drop()
      feed({ type: 'unwanted' })
      settleAttempts(err(fault('link.closed', 'The rotator was closed while it connected')))
      const last = connection
      connection = undefined
      readings.forget(sentTo)
      loop.wake()
      await last?.close()
    },
  }
}
