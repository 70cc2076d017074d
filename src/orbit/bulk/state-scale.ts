/** Distance from the Earth's centre of a state (six doubles, km and km/s). */
export const radiusOf = (state: Float64Array): number => lengthOf(state, 0)

/** Speed of a state, km/s. */
export const speedOf = (state: Float64Array): number => lengthOf(state, 3)

/** The time in which an object moves by its own distance from the Earth's centre, seconds. */
export const timeScale = (state: Float64Array): number => radiusOf(state) / speedOf(state)

// `Math.hypot` takes ten times as long.
const lengthOf = (state: Float64Array, at: number): number => {
  const x = state[at] ?? 0
  const y = state[at + 1] ?? 0
  const z = state[at + 2] ?? 0
  return Math.sqrt(x * x + y * y + z * z)
}
