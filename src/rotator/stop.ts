import { type Clock, sleep } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import type { Ms } from '../kernel/units.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { Connection } from './connection.ts'
import type { RotatorDriver } from './driver.ts'
import type { Reading, Readings } from './readings.ts'
import { ENCODER_SCATTER_DEG, movesForSure, standsButScatters, standsStill, timeForMs } from './standing.ts'

/** `seen`: readings agree that it stands. `sent`: the controller cannot be asked, and that it stands is not confirmed. */
export type StopOutcome = 'seen' | 'sent'

type StopResult =
  | { readonly kind: StopOutcome }
  /** `moves`: readings show that it goes on. Else nothing was to be seen, and the fault is the line's. */
  | { readonly kind: 'moves' | 'unanswered' | 'no-line'; readonly fault: Fault }

interface StopOptions {
  readonly clock: Clock
  /** The connection of the moment; a new one may take over in between. */
  readonly connection: () => Connection | undefined
  /** Why there is none. */
  readonly trouble: () => Fault | undefined
  readonly readings: Readings
  readonly driver: RotatorDriver
  readonly mount: AzElMount
}

const BLIND_STOPS = 3
/** A heavy antenna runs out for some seconds; with less than so many STOPs, each looked after, it may still obey. */
const STOPS_LEAST = 10
/** A minute of them; an axis that would need longer to be told from its noise turns less than a degree in that time. */
const STOPS_MAX = 150
/** It runs out before it scatters. */
const STOPS_BEFORE_IT_STANDS = 3
/** Some answer a STOP with a reading at once: to the next it is given the time to act on the last. */
const AGAIN_MS = 400
/** While it may stand. */
const AGAIN_UNSURE_MS = 2_000
/** Readings that do not come, one after the other. */
const MISSES_MAX = 3
/** Where readings scatter so that nothing can be told from a few, so many times more STOPs. */
const MORE_WHERE_UNSURE = 3

const sendStop = async (on: Connection, driver: RotatorDriver): Promise<boolean> => {
  const [first, ...rest] = driver.encodeStop()
  if (first === undefined) return true
  const sent = await on.sendNow(first)
  return sent.ok && (await on.send(rest)).ok
}

/** Nothing can be asked: STOP, and again, in case a byte was lost. */
const stopBlindly = async (options: StopOptions): Promise<StopResult> => {
  const { clock, driver } = options
  let reached = 0
  for (let tries = 0; tries < BLIND_STOPS; tries += 1) {
    if (tries > 0) await sleep(clock, driver.capabilities.commandPeriod)
    const on = options.connection()
    if (on !== undefined && (await sendStop(on, driver))) reached += 1
  }
  return reached > 0 ? { kind: 'sent' } : noLine(options, false)
}

/** `wasSent`: at least one STOP was given to a line, before that was lost. */
const noLine = ({ trouble }: StopOptions, wasSent: boolean): StopResult => {
  const why = trouble()?.message ?? 'there is no line to the rotator'
  return {
    kind: 'no-line',
    fault: wasSent
      ? fault('motion.not-stopped', `STOP was sent, and then the line was lost: ${why}`)
      : fault('motion.stop-not-sent', `STOP could not be sent: ${why}`),
  }
}

/**
 * Sends STOP, past all that waits, and again with each reading that still moves, until each axis reads the same at two
 * instants between which it would have moved by three steps. It is a software stop: it does not replace the switch on the
 * mast.
 */
export const stopAndConfirm = async (options: StopOptions): Promise<StopResult> => {
  const { driver, mount, readings } = options
  if (!driver.capabilities.readBack) return stopBlindly(options)
  const { pollPeriod } = driver.capabilities
  const stopsMax = stopsFor(mount, pollPeriod)
  const patienceMs =
    MORE_WHERE_UNSURE *
    Math.max(
      STOPS_LEAST * Math.max(pollPeriod, timeForMs(mount, mount.resolution)),
      stopsMax * Math.max(pollPeriod, AGAIN_MS),
    )
  let history: readonly Reading[] = []
  // Of the whole procedure, which has its end.
  const all: Reading[] = []
  let misses = 0
  let stops = 0
  let wasSent = false
  let lastStopMono = Number.NEGATIVE_INFINITY
  let wasSeenMoving = false
  const began = options.clock.monoNow()
  while (misses < MISSES_MAX && options.clock.monoNow() - began < patienceMs) {
    const on = options.connection()
    if (on === undefined) return noLine(options, wasSent)
    const verdict = standsStill(mount, history)
    if (verdict === true || standsButScatters(mount, all)) return { kind: 'seen' }
    wasSeenMoving ||= verdict === false
    if (verdict === false) history = history.slice(-1)
    // The first at once; then for as long as it is seen to move, or cannot be seen, and now and then while that is not certain.
    const isUrgent = verdict === false || stops === 0 || misses > 0
    if (options.clock.monoNow() - lastStopMono >= (isUrgent ? AGAIN_MS : AGAIN_UNSURE_MS)) {
      const isEnough = stops >= stopsMax && movesForSure(mount, all)
      if (isEnough || stops >= MORE_WHERE_UNSURE * stopsMax) break
      stops += 1
      lastStopMono = options.clock.monoNow()
      if (await sendStop(on, driver)) wasSent = true
    }
    const next = await readings.next()
    misses = next === undefined ? misses + 1 : 0
    if (next !== undefined) {
      history = [...history, next]
      all.push(next)
    }
  }
  if (!wasSent) return noLine(options, false)
  if (misses >= MISSES_MAX || !wasSeenMoving) {
    const why = 'STOP was sent, but the rotator does not answer: that it stands is not confirmed'
    return { kind: 'unanswered', fault: fault('motion.not-stopped', why) }
  }
  const why = `STOP was sent ${stops} times and the antenna still moves`
  return { kind: 'moves', fault: fault('motion.not-stopped', why) }
}

/**
 * How many STOPs an antenna is given: as many as go out until the readings of its slowest axis can be told from the scatter of
 * its encoder. So it turns by less than five degrees meanwhile if it does not obey, however slow it is.
 */
const stopsFor = (mount: AzElMount, pollPeriod: Ms): number => {
  const agreeMs = timeForMs(mount, Math.max(mount.resolution, ENCODER_SCATTER_DEG))
  const stops = STOPS_BEFORE_IT_STANDS + Math.ceil(agreeMs / Math.max(pollPeriod, AGAIN_MS))
  return Math.min(STOPS_MAX, Math.max(STOPS_LEAST, stops))
}
