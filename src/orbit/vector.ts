/** A vector in the frame and unit that its owner names. */
export interface Vector3 {
  readonly x: number
  readonly y: number
  readonly z: number
}

export const dot = (a: Vector3, b: Vector3): number => a.x * b.x + a.y * b.y + a.z * b.z
export const subtract = (a: Vector3, b: Vector3): Vector3 => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z })
export const scale = (factor: number, a: Vector3): Vector3 => ({
  x: factor * a.x,
  y: factor * a.y,
  z: factor * a.z,
})
export const magnitude = (a: Vector3): number => Math.sqrt(dot(a, a))

/** A position and the velocity in the same frame. */
export interface StateVector {
  /** Kilometres from the centre of the Earth. */
  readonly position: Vector3
  /** Kilometres per second. */
  readonly velocity: Vector3
}
