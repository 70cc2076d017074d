import { existsSync, statSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { type Clock, every } from '../../src/kernel/clock.ts'
import { type Fault, fault, messageOf } from '../../src/kernel/errors.ts'
import { err, ok, type Result } from '../../src/kernel/result.ts'
import { formatUtc } from '../../src/kernel/time.ts'
import { ms } from '../../src/kernel/units.ts'
import type { AxisName, Plant } from '../plant/plant.ts'

/** Ten times a second: a fast mount turns 2° meanwhile, and a reader need not wait. */
const STATE_PERIOD_MS = ms(100)

/** What `--state-json` holds; the names are a promise to who reads it, and stand in the command's help. */
const stateOf = (clock: Clock, plant: Plant, faults: readonly string[]): object => {
  const now = clock.monoNow()
  const axis = (name: AxisName): object | undefined => {
    const state = plant.axisAt(now, name)
    if (state === undefined) return undefined
    const { antenna, motor, velocity, motorStarts, onTimeMs, travelledDeg, atStop, stopHits, hardestHit } =
      state
    const motion = { antenna, motor, velocity, motorStarts, onTimeMs, travelledDeg }
    return { ...motion, atStop, stopHits, hardestHitDegPerSec: hardestHit }
  }
  return {
    utc: formatUtc(clock.utcNow()),
    boresight: plant.boresightAt(now),
    misalignment: plant.misalignment,
    axes: { azimuth: axis('azimuth'), elevation: axis('elevation') },
    homeKnown: plant.isHomeKnown(),
    faults,
  }
}

/**
 * Keeps a file at the true state of the antenna: written beside it and renamed, so that a reader sees whole ones. The first
 * is there when this returns, with what ends it. Fault `cli.usage`: there can be no such file.
 */
export const keepTrueState = async (options: {
  readonly clock: Clock
  readonly plant: Plant
  readonly path: string
  /** The faults of the moment. */
  readonly faults: () => readonly string[]
}): Promise<Result<() => Promise<void>, Fault>> => {
  const { clock, plant, path } = options
  let writing: Promise<void> | undefined
  const write = async (): Promise<void> => {
    const unfinished = `${path}.new`
    await writeFile(unfinished, `${JSON.stringify(stateOf(clock, plant, options.faults()))}\n`)
    await rename(unfinished, path)
  }
  try {
    // It is replaced by renaming, and a device or a folder must not be.
    if (existsSync(path) && !statSync(path).isFile()) throw new Error(`${path} is no file`)
    await write()
  } catch (thrown) {
    return err(fault('cli.usage', `The state file cannot be written: ${messageOf(thrown)}`))
  }
  const repeating = every(clock, STATE_PERIOD_MS, () => {
    // A slow disk gets the next state instead of a queue of old ones; a full one must not stop the antenna.
    if (writing !== undefined) return
    writing = write()
      .catch(() => {})
      .finally(() => {
        writing = undefined
      })
  })
  return ok(async () => {
    repeating.stop()
    await writing
  })
}
