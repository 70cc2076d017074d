import { fault } from '../../kernel/errors.ts'
import { err, ok } from '../../kernel/result.ts'
import { MS_PER_HOUR, type UtcMs, utcMs } from '../../kernel/time.ts'
import { ms } from '../../kernel/units.ts'
import { createBodyMotion } from '../../orbit/body-motion.ts'
import type { FoundPass } from '../../orbit/bulk/found-pass.ts'
import { illuminationOf, type PassIllumination } from '../../orbit/illumination.ts'
import type { CatalogNumber, Motion } from '../../orbit/motion.ts'
import type { Pass } from '../../orbit/pass.ts'
import { createTabulatedMotion } from '../../orbit/tabulated-motion.ts'
import type { Trajectory } from '../../orbit/trajectory.ts'
import type { AlongTrackModel } from '../../orbit/uncertainty/along-track-model.ts'
import { type PredictionQuality, predictionQuality } from '../../orbit/uncertainty/prediction-quality.ts'
import type { Viewpoint } from '../sky/viewpoint.ts'

/** A pass with all that is shown of it. */
export interface ShownPass extends Pass<CatalogNumber> {
  /** Reckoned when it is asked for; undefined for the Sun and where it cannot be told. */
  readonly light: () => PassIllumination | undefined
  /** Of elements only. */
  readonly epochUtcMs?: UtcMs
  readonly quality?: PredictionQuality
}

const SUN_STEP = ms(6 * MS_PER_HOUR)

/** Makes passes ready to be shown. */
export interface PassFinisher {
  readonly ofElements: (pass: FoundPass) => ShownPass
  readonly ofMotion: (pass: Pass<CatalogNumber>, motion: Motion) => ShownPass
}

/** `model` tells how sure passes are; undefined: the shipped one. */
export const createPassFinisher = (
  { site, ut1MinusUtc }: Viewpoint,
  model?: AlongTrackModel,
): PassFinisher => {
  const seen = { site, ut1MinusUtc, sun: createTabulatedMotion(createBodyMotion('sun'), SUN_STEP) }
  const lightOf = (pass: Pass<CatalogNumber>, motion: Motion): PassIllumination | undefined => {
    const light = illuminationOf(motion, pass, seen)
    return light.ok ? light.value : undefined
  }
  return {
    ofElements: (pass) => ({
      ...pass,
      light: () => lightOf(pass, trajectoryMotion(pass, pass.trajectory)),
      epochUtcMs: pass.elements.epochUtcMs,
      quality: predictionQuality(pass.elements, pass.tcaUtcMs, model),
    }),
    ofMotion: (pass, motion) => ({
      ...pass,
      light: () => (motion.object.name === 'Sun' ? undefined : lightOf(pass, motion)),
    }),
  }
}

/**
 * The motion during a pass out of its trajectory. That may end some hundredths of a second before the pass does: there the
 * object is taken where it was then, 300 m off, for no light changes by that.
 */
const trajectoryMotion = (pass: Pass, { fromUtcMs, toUtcMs, stateAt }: Trajectory): Motion<number> => ({
  object: pass,
  propagate: (at) => {
    const state = stateAt(utcMs(Math.min(toUtcMs, Math.max(fromUtcMs, at))))
    return state === undefined
      ? err(fault('orbit.span', `The trajectory of ${pass.name} does not say where it is`))
      : ok(state)
  },
})
