import { loadEphemerisFile } from '../../catalog/load-file.ts'
import { type Fault, fault } from '../../kernel/errors.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { createEphemerisMotion } from '../../orbit/ephemeris-motion.ts'
import type { Motion } from '../../orbit/motion.ts'
import type { Ut1MinusUtc } from '../../orbit/ut1.ts'
import { count } from '../catalog/words.ts'
import { chooseObject } from './choose.ts'

/** The objects of an ephemeris file, and what a person should know of it. */
export interface EphemerisMotions {
  readonly motions: readonly Motion<undefined>[]
  readonly remarks: readonly string[]
}

/**
 * The motions that an ephemeris file (OEM) tells, or those of them that are wanted by name. Faults: those of
 * `loadEphemerisFile` and `createEphemerisMotion`; `catalog.unknown-satellite`.
 */
export const openEphemeris = async (
  path: string,
  options: { readonly ut1MinusUtc: Ut1MinusUtc; readonly wanted: readonly string[] | undefined },
): Promise<Result<EphemerisMotions, Fault>> => {
  const readings = await loadEphemerisFile(path)
  if (!readings.ok) return readings
  const { ephemerides, skipped, skippedCount } = readings.value
  const motions: Motion<undefined>[] = []
  for (const ephemeris of ephemerides) {
    const motion = createEphemerisMotion(ephemeris, { ut1MinusUtc: options.ut1MinusUtc })
    if (!motion.ok) return motion
    motions.push(motion.value)
  }
  const [first] = skipped
  const remarks =
    first === undefined
      ? []
      : [
          `${path}: ${count(skippedCount, 'ephemeris', 'ephemerides')} left out, the first in line ${first.line}: ${first.field} ${first.reason}`,
        ]
  if (options.wanted === undefined) return ok({ motions, remarks })
  const chosen = new Set<Motion<undefined>>()
  const named = motions.map((motion) => ({ ...motion.object, motion }))
  for (const text of options.wanted) {
    const object = chooseObject(named, text, `in ${path}`)
    if (!object.ok) return object
    chosen.add(object.value.motion)
  }
  return ok({ motions: [...chosen], remarks })
}

/** The only one, or which there are. */
export const onlyMotion = (
  motions: readonly Motion<undefined>[],
  path: string,
): Result<Motion<undefined>, Fault> => {
  const [only, ...others] = motions
  if (only !== undefined && others.length === 0) return ok(only)
  const names = motions.map(({ object }) => object.name).join(', ')
  return err(fault('cli.usage', `${path} is of several objects: ${names}; name one with --satellite`))
}
