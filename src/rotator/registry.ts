import { type Fault, fault } from '../kernel/errors.ts'
import { nearName } from '../kernel/near-name.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { RotatorDriver } from './driver.ts'
import { easycomm1 } from './protocols/easycomm1.ts'
import { easycomm2 } from './protocols/easycomm2.ts'
import { easycomm3 } from './protocols/easycomm3.ts'
import { gs232a } from './protocols/gs232a.ts'
import { gs232b } from './protocols/gs232b.ts'
import { md01 } from './protocols/md01.ts'
import { rot1prog } from './protocols/rot1prog.ts'
import { rot2prog } from './protocols/rot2prog.ts'
import { rotctld } from './protocols/rotctld.ts'
import { rt21 } from './protocols/rt21.ts'

/** Every driver there is. A new one is one file in `protocols/` and one line here. */
const DRIVERS: readonly RotatorDriver[] = [
  gs232a,
  gs232b,
  easycomm1,
  easycomm2,
  easycomm3,
  rot1prog,
  rot2prog,
  md01,
  rt21,
  rotctld,
]

export const driverNames = (): readonly string[] => DRIVERS.map((driver) => driver.capabilities.name)

/** The driver of this name, or `config.invalid` with the names that exist. */
export const findDriver = (name: string): Result<RotatorDriver, Fault> => {
  const wanted = name.trim().toLowerCase()
  const found = DRIVERS.find((driver) => driver.capabilities.name === wanted)
  if (found !== undefined) return ok(found)
  const names = driverNames()
  const beginning = names.filter((candidate) => wanted.length >= 3 && candidate.startsWith(wanted))
  const near = nearName(wanted.replaceAll(/[^a-z0-9]/g, ''), names)
  const meant = beginning.length > 0 ? beginning : near === undefined ? [] : [near]
  const hint = meant.length === 0 ? '; there' : `; did you mean ${meant.join(' or ')}? There`
  return err(
    fault(
      'config.invalid',
      `There is no rotator driver "${name.slice(0, 40)}"${hint} is ${names.join(', ')}`,
    ),
  )
}
