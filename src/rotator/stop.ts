import { type Clock, sleep } from '../kernel/clock.ts'
import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { Connection } from './connection.ts'
import type { RotatorDriver } from './driver.ts'
import type { Reading, Readings } from './readings.ts'

const STOP_ATTEMPTS_MAX = 6
const BLIND_STOPS = 3
// At full speed the antenna moves three steps between the readings compared, of which rounding hides one.
const STEPS_APART = 3

const stillnessGapMs = (mount: AzElMount): number =>
  (STEPS_APART * mount.resolution * 1000) / Math.min(mount.azimuth.slewRate, mount.elevation.slewRate)

/** One step of flicker is allowed. */
const standsStill = (mount: AzElMount, a: Reading, b: Reading): boolean =>
  Math.abs(a.azimuth - b.azimuth) <= mount.resolution &&
  Math.abs(a.elevation - b.elevation) <= mount.resolution

/** `seen`: readings agree that it stands. `sent`: the controller cannot be asked, and that it stands is not confirmed. */
export type StopOutcome = 'seen' | 'sent'

interface StopOptions {
  readonly clock: Clock
  /** The connection of the moment; a new one may take over in between. */
  readonly connection: () => Connection | undefined
  readonly readings: Readings
  readonly driver: RotatorDriver
  readonly mount: AzElMount
}

/** One STOP and a look whether it helped: undefined where nothing could be read. */
const tryStop = async (on: Connection, options: StopOptions): Promise<boolean | undefined> => {
  const [first, ...rest] = options.driver.encodeStop()
  if (first !== undefined) await on.sendNow(first)
  await on.send(rest)
  const before = await options.readings.next()
  if (before === undefined) return undefined
  const gap = stillnessGapMs(options.mount)
  for (;;) {
    const after = await options.readings.next()
    if (after === undefined) return undefined
    if (after.atMonoMs - before.atMonoMs >= gap) return standsStill(options.mount, before, after)
  }
}

/** Nothing can be asked: STOP, and again, in case a byte was lost. */
const stopBlindly = async (options: StopOptions): Promise<Result<StopOutcome, Fault>> => {
  const { clock, driver } = options
  let reached = 0
  for (let tries = 0; tries < BLIND_STOPS; tries += 1) {
    if (tries > 0) await sleep(clock, driver.capabilities.commandPeriod)
    const on = options.connection()
    if (on === undefined) continue
    const [first, ...rest] = driver.encodeStop()
    const sent = first === undefined ? ok(undefined) : await on.sendNow(first)
    if (sent.ok && (await on.send(rest)).ok) reached += 1
  }
  return reached > 0
    ? ok('sent')
    : err(fault('motion.not-stopped', 'STOP could not be sent: there is no line to the rotator'))
}

/**
 * Sends STOP, past all that waits, until two readings that would differ if it moved agree. It is a software stop: it
 * does not replace the switch on the mast.
 */
export const stopAndConfirm = async (options: StopOptions): Promise<Result<StopOutcome, Fault>> => {
  if (!options.driver.capabilities.readBack) return stopBlindly(options)
  let movesStill = false
  for (let tries = 0; tries < STOP_ATTEMPTS_MAX; tries += 1) {
    const on = options.connection()
    if (on === undefined) break
    const still = await tryStop(on, options)
    if (still === true) return ok('seen')
    movesStill = still === false
  }
  const why =
    options.connection() === undefined
      ? 'STOP could not be sent: there is no line to the rotator'
      : movesStill
        ? `STOP was sent ${STOP_ATTEMPTS_MAX} times and the antenna still moves`
        : 'STOP was sent, but the rotator does not answer: that it stands is not confirmed'
  return err(fault('motion.not-stopped', why))
}
