import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type Ms, ms } from '../kernel/units.ts'
import { createHorizonMask } from '../orbit/horizon-mask.ts'
import type { PointingCorrection } from '../pointing/pointing-model.ts'
import type { Configuration } from './configuration/schema.ts'
import { mountOf } from './configured-mount.ts'
import { horizonPoints } from './configured-site.ts'
import type { AntennaToPlan } from './plan-sky.ts'

// The tracker's first command, landing, and settling of the readings.
const MANOEUVRE_MARGIN_SEC = 10

/** How long before a pass the antenna leaves for it: for its longest turn, or what is configured where that is more. */
export const turnaroundSecOf = ({ antenna, plan }: Configuration): number => {
  if (antenna.kind === 'fixed') return plan.turnaroundSec
  const longest = Math.max(
    ...[antenna.azimuth, antenna.elevation].map(
      ({ minimumDeg, maximumDeg, slewDegPerSec }) => (maximumDeg - minimumDeg) / slewDegPerSec,
    ),
  )
  return Math.max(plan.turnaroundSec, longest + MANOEUVRE_MARGIN_SEC)
}

/** What lies between two passes of a plan: what is configured, and the slew of the antenna that moves. Errors: as of `mountOf`. */
export const gapsOf = (
  configuration: Configuration,
  correction?: PointingCorrection,
): Result<{ readonly turnaround: Ms; readonly antenna?: AntennaToPlan }, Fault> => {
  const turnaround = ms(configuration.plan.turnaroundSec * 1000)
  const mount = mountOf(configuration, correction)
  if (!mount.ok) return mount
  if (mount.value.kind === 'fixed') return ok({ turnaround })
  const skyline = createHorizonMask({
    minimumElevation: mount.value.elevation.minimum,
    points: horizonPoints(configuration.horizonMask),
  })
  if (!skyline.ok) return skyline
  const margin = ms(MANOEUVRE_MARGIN_SEC * 1000)
  return ok({ turnaround, antenna: { mount: mount.value, skyline: skyline.value, margin } })
}
