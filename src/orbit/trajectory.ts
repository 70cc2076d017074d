import { type UtcMs, utcMs } from '../kernel/time.ts'
import { HermiteArc } from './bulk/hermite-arc.ts'
import { NODE_LENGTH } from './bulk/pass-rows.ts'
import type { StateVector } from './vector.ts'

/**
 * Where an object is during a pass without propagating it again: the states that the search looked at, and quintics
 * between them. As seen from the site it is within 0.001° of SGP4.
 */
export interface Trajectory {
  readonly fromUtcMs: UtcMs
  readonly toUtcMs: UtcMs
  /** How many states it is made of. */
  readonly nodeCount: number
  /** In TEME, km and km/s; undefined more than a second before the first state or after the last. */
  readonly stateAt: (at: UtcMs) => StateVector | undefined
}

// AOS and LOS are found from a state some tenths of a second from them; so far the quintic is as good beyond its ends.
const BEYOND_MS = 1_000

/** From nodes in the order of time, `NODE_LENGTH` doubles each, two at least. */
export const createTrajectory = (nodes: Float64Array): Trajectory => {
  const nodeCount = Math.floor(nodes.length / NODE_LENGTH)
  const timeOf = (index: number): number => nodes[index * NODE_LENGTH] ?? Number.NaN
  const arc = new HermiteArc()
  const state = new Float64Array(6)
  let arcIndex = -1
  return {
    fromUtcMs: utcMs(timeOf(0)),
    toUtcMs: utcMs(timeOf(nodeCount - 1)),
    nodeCount,
    stateAt: (at) => {
      if (!(at >= timeOf(0) - BEYOND_MS && at <= timeOf(nodeCount - 1) + BEYOND_MS)) return undefined
      let low = 0
      let high = nodeCount - 1
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (timeOf(middle) <= at) low = middle
        else high = middle
      }
      if (low !== arcIndex) {
        const to = low + 1
        arc.set(timeOf(low), nodes, low * NODE_LENGTH + 1, timeOf(to), nodes, to * NODE_LENGTH + 1)
        arcIndex = low
      }
      arc.write((at - timeOf(low)) / 1000, state)
      const [x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0] = state
      return { position: { x, y, z }, velocity: { x: vx, y: vy, z: vz } }
    },
  }
}
