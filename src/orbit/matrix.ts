import { dot, type Vector3 } from './vector.ts'

/** A rotation or another linear map of three dimensions, by its rows. */
export interface Matrix3 {
  readonly x: Vector3
  readonly y: Vector3
  readonly z: Vector3
}

export const transform = (matrix: Matrix3, vector: Vector3): Vector3 => ({
  x: dot(matrix.x, vector),
  y: dot(matrix.y, vector),
  z: dot(matrix.z, vector),
})

export const transpose = ({ x, y, z }: Matrix3): Matrix3 => ({
  x: { x: x.x, y: y.x, z: z.x },
  y: { x: x.y, y: y.y, z: z.y },
  z: { x: x.z, y: y.z, z: z.z },
})

/** What `second` makes of what `first` makes. */
export const multiply = (second: Matrix3, first: Matrix3): Matrix3 => {
  const columns = transpose(first)
  return {
    x: transform(columns, second.x),
    y: transform(columns, second.y),
    z: transform(columns, second.z),
  }
}

/** Turns the axes about x by an angle in radians; the coordinates of a fixed vector turn the other way. */
export const axesTurnedAboutX = (angle: number): Matrix3 => {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return { x: { x: 1, y: 0, z: 0 }, y: { x: 0, y: cos, z: sin }, z: { x: 0, y: -sin, z: cos } }
}

/** Turns the axes about z by an angle in radians. */
export const axesTurnedAboutZ = (angle: number): Matrix3 => {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return { x: { x: cos, y: sin, z: 0 }, y: { x: -sin, y: cos, z: 0 }, z: { x: 0, y: 0, z: 1 } }
}
