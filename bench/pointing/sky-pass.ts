import { type AzEl, shortestTurn } from '../../src/kernel/angle.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { deg } from '../../src/kernel/units.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { createLook } from '../../src/orbit/look.ts'
import { createPropagator } from '../../src/orbit/propagator.ts'
import type { Site } from '../../src/orbit/site.ts'

/** One pass with its directions made once, so that a dozen controllers may look at it. */
export interface SkyPass {
  readonly name: string
  readonly aosUtcMs: UtcMs
  readonly losUtcMs: UtcMs
  readonly tcaUtcMs: UtcMs
  readonly maximumElevationDeg: number
  /** Geometric; between the samples by a cubic through unit vectors, within 0.0001° of SGP4. */
  readonly lookAt: (at: UtcMs) => AzEl
}

const STEP_MS = 500
/** Controllers look ahead and begin before the pass. */
const BESIDE_MS = 60_000
const RAD = Math.PI / 180

export const makeSkyPass = (options: {
  readonly elements: ElementSet
  readonly site: Site
  readonly aosUtcMs: UtcMs
  readonly losUtcMs: UtcMs
  readonly tcaUtcMs: UtcMs
  readonly maximumElevationDeg: number
}): SkyPass => {
  const { elements, site, aosUtcMs, losUtcMs } = options
  const look = createLook({ motion: unwrap(createPropagator(elements)), site })
  const from = aosUtcMs - BESIDE_MS
  const count = Math.ceil((losUtcMs + BESIDE_MS - from) / STEP_MS) + 1
  const vectors = new Float64Array(3 * count)
  for (let i = 0; i < count; i += 1) {
    const { azimuth, elevation } = unwrap(look(utcMs(from + i * STEP_MS)))
    vectors[3 * i] = Math.cos(elevation * RAD) * Math.sin(azimuth * RAD)
    vectors[3 * i + 1] = Math.cos(elevation * RAD) * Math.cos(azimuth * RAD)
    vectors[3 * i + 2] = Math.sin(elevation * RAD)
  }
  const lookAt = (at: UtcMs): AzEl => {
    const place = Math.max(0, Math.min(count - 1.001, (at - from) / STEP_MS))
    const i = Math.max(1, Math.min(count - 3, Math.floor(place)))
    const t = place - i
    const part = (axis: number): number => {
      const [a = 0, b = 0, c = 0, d = 0] = [-1, 0, 1, 2].map((k) => vectors[3 * (i + k) + axis] ?? 0)
      // Lagrange's cubic through the four samples about the instant.
      return (
        (-a * t * (t - 1) * (t - 2)) / 6 +
        (b * (t + 1) * (t - 1) * (t - 2)) / 2 -
        (c * (t + 1) * t * (t - 2)) / 2 +
        (d * (t + 1) * t * (t - 1)) / 6
      )
    }
    const [east, north, up] = [part(0), part(1), part(2)]
    const azimuth = Math.atan2(east, north) / RAD
    return {
      azimuth: deg(azimuth < 0 ? azimuth + 360 : azimuth),
      elevation: deg(Math.atan2(up, Math.hypot(east, north)) / RAD),
    }
  }
  return {
    name: elements.name,
    aosUtcMs,
    losUtcMs,
    tcaUtcMs: options.tcaUtcMs,
    maximumElevationDeg: options.maximumElevationDeg,
    lookAt,
  }
}

/** The azimuths of a pass made continuous, at even instants, for whoever asks where it crosses north. */
export const continuousAzimuths = (pass: SkyPass, stepMs: number): readonly number[] => {
  const azimuths: number[] = []
  for (let at: number = pass.aosUtcMs; at <= pass.losUtcMs; at += stepMs) {
    const { azimuth } = pass.lookAt(utcMs(at))
    const before = azimuths.at(-1)
    azimuths.push(before === undefined ? azimuth : before + shortestTurn({ from: deg(before), to: azimuth }))
  }
  return azimuths
}
