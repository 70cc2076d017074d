import { type Fault, fault } from '../kernel/errors.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { RotatorDriver } from './driver.ts'
import { gs232b } from './protocols/gs232b.ts'

/** Every driver there is. A new one is one file in `protocols/` and one line here. */
const DRIVERS: readonly RotatorDriver[] = [gs232b]

export const driverNames = (): readonly string[] => DRIVERS.map((driver) => driver.capabilities.name)

/** The driver of this name, or `config.invalid` with the names that exist. */
export const findDriver = (name: string): Result<RotatorDriver, Fault> => {
  const wanted = name.trim().toLowerCase()
  const found = DRIVERS.find((driver) => driver.capabilities.name === wanted)
  if (found !== undefined) return ok(found)
  return err(
    fault(
      'config.invalid',
      `There is no rotator driver "${name.slice(0, 40)}"; there is ${driverNames().join(', ')}`,
    ),
  )
}
