import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { AzElMount } from '../pointing/mount.ts'
import type { Connection } from './connection.ts'
import type { RotatorDriver } from './driver.ts'
import type { Reading, Readings } from './readings.ts'

const STOP_ATTEMPTS_MAX = 6
// At full speed the antenna moves three steps between the readings compared, of which rounding hides one.
const STEPS_APART = 3

const stillnessGapMs = (mount: AzElMount): number =>
  (STEPS_APART * mount.resolution * 1000) / Math.min(mount.azimuth.slewRate, mount.elevation.slewRate)

/** One step of flicker is allowed. */
const standsStill = (mount: AzElMount, a: Reading, b: Reading): boolean =>
  Math.abs(a.azimuth - b.azimuth) <= mount.resolution &&
  Math.abs(a.elevation - b.elevation) <= mount.resolution

interface StopOptions {
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

/**
 * Sends STOP, past all that waits, until two readings that would differ if it moved agree. It is a software stop: it
 * does not replace the switch on the mast.
 */
export const stopAndConfirm = async (options: StopOptions): Promise<Result<void, Fault>> => {
  let movesStill = false
  for (let tries = 0; tries < STOP_ATTEMPTS_MAX; tries += 1) {
    const on = options.connection()
    if (on === undefined) break
    const still = await tryStop(on, options)
    if (still === true) return ok(undefined)
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
