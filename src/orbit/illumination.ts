import type { Fault } from '../kernel/errors.ts'
import { ok, type Result } from '../kernel/result.ts'
import { MS_PER_SECOND, type UtcMs, utcMs } from '../kernel/time.ts'
import type { Deg } from '../kernel/units.ts'
import { createBodyMotion } from './body-motion.ts'
import { createLook } from './look.ts'
import type { CatalogNumber, Motion } from './motion.ts'
import type { Pass } from './pass.ts'
import { findRoot } from './root.ts'
import { type EclipseState, type Shadow, shadowAt } from './shadow.ts'
import type { Site } from './site.ts'
import { TIME_TOLERANCE_MS } from './sky-sample.ts'
import type { Ut1MinusUtc } from './ut1.ts'

/** The sky over the site by the Sun's geometric elevation: twilight ends at 6°, 12° and 18° below the horizon. */
export type SkyBrightness = 'day' | 'civil-twilight' | 'nautical-twilight' | 'astronomical-twilight' | 'night'

/** An instant at which the object passes from one part of the shadow into the next. */
export interface ShadowChange {
  readonly utcMs: UtcMs
  readonly from: EclipseState
  readonly to: EclipseState
}

/** How a pass is lit. */
export interface PassIllumination {
  readonly atAos: EclipseState
  readonly atTca: EclipseState
  readonly atLos: EclipseState
  /** In the order of time; none where the state stays the same. */
  readonly changes: readonly ShadowChange[]
  /** Of the Sun at the site at TCA, geometric. */
  readonly sunElevation: Deg
  readonly sky: SkyBrightness
  /** Whether it can be seen by eye or camera at some time of the pass: lit, over a site in twilight or night. */
  readonly isVisible: boolean
}

// A low orbit is in the penumbra for eight seconds and in the shadow for minutes unless it grazes it.
const STEP_MS = 20 * MS_PER_SECOND
// A pass of a high orbit lasts for days: then the steps are longer, so that it costs some hundredths of a second.
const STEPS_MAX = 2_000

export const skyBrightness = (sunElevation: Deg): SkyBrightness => {
  if (sunElevation > -0.8333) return 'day'
  if (sunElevation > -6) return 'civil-twilight'
  if (sunElevation > -12) return 'nautical-twilight'
  return sunElevation > -18 ? 'astronomical-twilight' : 'night'
}

/** The Earth's shadow on an object at an instant. Fault `orbit.propagation` or `orbit.span` where it is not known. */
export const createShadowOn = (motion: Motion): ((at: UtcMs) => Result<Shadow, Fault>) => {
  const sun = createBodyMotion('sun')
  return (at) => {
    const object = motion.propagate(at)
    if (!object.ok) return object
    const sunState = sun.propagate(at)
    return sunState.ok ? ok(shadowAt(object.value.position, sunState.value.position)) : sunState
  }
}

interface Lit {
  readonly atMs: number
  readonly shadow: Shadow
}

type LitAt = (atMs: number) => Result<Lit, Fault>

/** Where one of the two contacts lies between two instants at which its sign differs. */
const contactBetween = (
  litAt: LitAt,
  contact: 'aboveFirstContact' | 'aboveSecondContact',
  a: Lit,
  b: Lit,
): number | undefined => {
  if (a.shadow[contact] >= 0 === b.shadow[contact] >= 0) return undefined
  return findRoot({
    of: (atMs) => {
      const lit = litAt(atMs)
      // Known at both ends but not between, which a gap of a file makes: the root is then the gap's edge.
      return lit.ok ? lit.value.shadow[contact] : a.shadow[contact]
    },
    low: { at: a.atMs, value: a.shadow[contact] },
    high: { at: b.atMs, value: b.shadow[contact] },
    tolerance: TIME_TOLERANCE_MS,
  })
}

const changesBetween = (litAt: LitAt, a: Lit, b: Lit): readonly ShadowChange[] => {
  const first = contactBetween(litAt, 'aboveFirstContact', a, b)
  const second = contactBetween(litAt, 'aboveSecondContact', a, b)
  const isEntering = first === undefined ? b.shadow.state === 'umbra' : a.shadow.aboveFirstContact >= 0
  const outer = isEntering ? (['sunlit', 'penumbra'] as const) : (['penumbra', 'sunlit'] as const)
  const inner = isEntering ? (['penumbra', 'umbra'] as const) : (['umbra', 'penumbra'] as const)
  const changes: ShadowChange[] = []
  if (first !== undefined) changes.push({ utcMs: utcMs(first), from: outer[0], to: outer[1] })
  if (second !== undefined) changes.push({ utcMs: utcMs(second), from: inner[0], to: inner[1] })
  return changes.sort((one, other) => one.utcMs - other.utcMs)
}

/**
 * How an object is lit during one of its passes, and how bright the sky is then. Contacts are refined to a microsecond;
 * one that is over between two looks (20 s, more on passes of half a day and longer) is not seen. The object is taken
 * where it is at the instant, without light time. Fault where object or Sun is not known at AOS, TCA or LOS.
 */
export const illuminationOf = <Key extends CatalogNumber>(
  motion: Motion<Key>,
  pass: Pass<Key>,
  options: { readonly site: Site; readonly ut1MinusUtc?: Ut1MinusUtc },
): Result<PassIllumination, Fault> => {
  const shadowOn = createShadowOn(motion)
  const litAt: LitAt = (atMs) => {
    const shadow = shadowOn(utcMs(atMs))
    return shadow.ok ? ok({ atMs, shadow: shadow.value }) : shadow
  }
  const aos = litAt(pass.aosUtcMs)
  if (!aos.ok) return aos
  const tca = litAt(pass.tcaUtcMs)
  if (!tca.ok) return tca
  const los = litAt(pass.losUtcMs)
  if (!los.ok) return los
  const sun = createLook({ motion: createBodyMotion('sun'), ...options })(pass.tcaUtcMs)
  if (!sun.ok) return sun

  const durationMs = pass.losUtcMs - pass.aosUtcMs
  const steps = Math.max(1, Math.min(STEPS_MAX, Math.ceil(durationMs / STEP_MS)))
  const changes: ShadowChange[] = []
  let before = aos.value
  let isLit = before.shadow.state !== 'umbra'
  for (let step = 1; step <= steps; step += 1) {
    const lit = step === steps ? los : litAt(pass.aosUtcMs + (durationMs * step) / steps)
    if (!lit.ok) continue
    changes.push(...changesBetween(litAt, before, lit.value))
    before = lit.value
    isLit ||= before.shadow.state !== 'umbra'
  }
  const sky = skyBrightness(sun.value.elevation)
  return ok({
    atAos: aos.value.shadow.state,
    atTca: tca.value.shadow.state,
    atLos: los.value.shadow.state,
    changes,
    sunElevation: sun.value.elevation,
    sky,
    isVisible: isLit && sky !== 'day',
  })
}
