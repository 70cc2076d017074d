import type { MovingObject } from './motion.ts'

/** How an object is called in sentences: `ISS (ZARYA) [25544]`, `object 25544` or `Artemis I`. */
export const objectLabel = ({ name, catalogNumber }: MovingObject): string => {
  if (catalogNumber === undefined) return name
  return name === '' ? `object ${catalogNumber}` : `${name} [${catalogNumber}]`
}
