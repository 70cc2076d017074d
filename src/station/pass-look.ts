import type { AzEl } from '../kernel/angle.ts'
import { fault } from '../kernel/errors.ts'
import { err, ok } from '../kernel/result.ts'
import { type UtcMs, utcMs } from '../kernel/time.ts'
import { NODE_LENGTH } from '../orbit/bulk/pass-rows.ts'
import type { ElementSet } from '../orbit/element-set.ts'
import { createLook } from '../orbit/look.ts'
import type { Motion } from '../orbit/motion.ts'
import type { Pass } from '../orbit/pass.ts'
import { createPropagator } from '../orbit/propagator.ts'
import type { Refraction } from '../orbit/refraction.ts'
import type { Site } from '../orbit/site.ts'
import { createTrajectory } from '../orbit/trajectory.ts'
import type { Ut1MinusUtc } from '../orbit/ut1.ts'

/** A fifteenth of a radian of a low orbit: between states so near the quintic is millimetres off. */
const NODE_MS = 60_000

/**
 * Apparent direction of an object during one pass, from a state each minute: whoever plans an antenna's motion asks thousands of
 * times. Undefined outside the pass and where the object cannot be predicted.
 */
export const passLook = (options: {
  readonly pass: Pass
  readonly elements: ElementSet
  readonly site: Site
  readonly ut1MinusUtc: Ut1MinusUtc
  readonly refraction: Refraction | undefined
}): ((at: UtcMs) => AzEl | undefined) => {
  const { pass, elements, site, ut1MinusUtc, refraction } = options
  const propagator = createPropagator(elements)
  const count = 1 + Math.max(1, Math.ceil((pass.losUtcMs - pass.aosUtcMs) / NODE_MS))
  const nodes = new Float64Array(count * NODE_LENGTH)
  for (let index = 0; index < count; index += 1) {
    const at = pass.aosUtcMs + ((pass.losUtcMs - pass.aosUtcMs) * index) / (count - 1)
    const state = propagator.ok ? propagator.value.propagate(utcMs(at)) : propagator
    if (!state.ok) return () => undefined
    const { position, velocity } = state.value
    nodes.set(
      [at, position.x, position.y, position.z, velocity.x, velocity.y, velocity.z],
      index * NODE_LENGTH,
    )
  }
  const trajectory = createTrajectory(nodes)
  const motion: Motion = {
    object: pass,
    velocityIsDerivative: true,
    propagate: (at) => {
      const state = trajectory.stateAt(at)
      return state === undefined
        ? err(fault('orbit.span', `${pass.name} is asked for outside its pass`))
        : ok(state)
    },
  }
  const look = createLook({ motion, site, ut1MinusUtc })
  return (at) => {
    const angles = look(at)
    if (!angles.ok) return undefined
    const { azimuth, elevation } = angles.value
    return { azimuth, elevation: refraction?.apparentElevation(elevation) ?? elevation }
  }
}
