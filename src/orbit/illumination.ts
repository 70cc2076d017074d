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
import { magnitude, type StateVector } from './vector.ts'

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
const STEP_MS_MIN = 20 * MS_PER_SECOND
// A pass of a high orbit lasts for days: then the steps are longer, so that it costs some hundredths of a second.
const STEPS_MAX = 2_000
// Away from the contacts a step is a share of the time in which the fastest turn would reach one; never so long that
// speed and distance would be others meanwhile.
const CONTACT_SHARE = 0.5
const OWN_DISTANCE_SHARE = 0.15
const EARTH_RADIUS_KM = 6_378

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
  /** How long no contact can come, nearly. */
  readonly quietMs: number
}

/**
 * The directions of Earth and Sun part by v/r at most, and the Earth's disc grows or shrinks by v over the distance to
 * its limb at most.
 */
const quietMsOf = ({ state, aboveFirstContact, aboveSecondContact }: Shadow, object: StateVector): number => {
  const margin = state === 'sunlit' ? aboveFirstContact : state === 'umbra' ? -aboveSecondContact : 0
  const distance = magnitude(object.position)
  const speed = magnitude(object.velocity)
  const toLimb = Math.sqrt(Math.max(1, distance * distance - EARTH_RADIUS_KM * EARTH_RADIUS_KM))
  const fastest = speed / distance + speed / toLimb
  return MS_PER_SECOND * Math.min((CONTACT_SHARE * margin) / fastest, (OWN_DISTANCE_SHARE * distance) / speed)
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
 * one that is over within 20 s (more on passes of half a day and longer) may not be seen. The object is taken
 * where it is at the instant, without light time. Whoever asks for many passes gives the Sun as a
 * `createTabulatedMotion`. Fault where object or Sun is not known at AOS, TCA or LOS.
 */
export const illuminationOf = <Key extends CatalogNumber>(
  motion: Motion<Key>,
  pass: Pass<Key>,
  options: { readonly site: Site; readonly ut1MinusUtc?: Ut1MinusUtc; readonly sun?: Motion },
): Result<PassIllumination, Fault> => {
  const { sun: sunMotion = createBodyMotion('sun'), ...seenFrom } = options
  const litAt: LitAt = (atMs) => {
    const object = motion.propagate(utcMs(atMs))
    if (!object.ok) return object
    const sunState = sunMotion.propagate(utcMs(atMs))
    if (!sunState.ok) return sunState
    const shadow = shadowAt(object.value.position, sunState.value.position)
    return ok({ atMs, shadow, quietMs: quietMsOf(shadow, object.value) })
  }
  const aos = litAt(pass.aosUtcMs)
  if (!aos.ok) return aos
  const tca = litAt(pass.tcaUtcMs)
  if (!tca.ok) return tca
  const los = litAt(pass.losUtcMs)
  if (!los.ok) return los
  const sun = createLook({ motion: sunMotion, ...seenFrom })(pass.tcaUtcMs)
  if (!sun.ok) return sun

  const durationMs = pass.losUtcMs - pass.aosUtcMs
  const leastStepMs = Math.max(STEP_MS_MIN, durationMs / STEPS_MAX)
  const changes: ShadowChange[] = []
  let before = aos.value
  let isLit = before.shadow.state !== 'umbra'
  for (let atMs: number = pass.aosUtcMs; atMs < pass.losUtcMs; ) {
    atMs = Math.min(pass.losUtcMs, atMs + Math.max(leastStepMs, before.atMs === atMs ? before.quietMs : 0))
    const lit = atMs === pass.losUtcMs ? los : litAt(atMs)
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
