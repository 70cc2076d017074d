import { expect, test } from 'vitest'
import { createRandom } from '../../../src/kernel/random.ts'
import { cosOf, halfTurnsOf, reducedOf, signOf, sinOf } from '../../../src/orbit/bulk/sincos.ts'

// Math.sin and Math.cos are within a unit in the last place of the sine of the double that they are given.
const ERROR_MAX = 3e-16

const angles = (): readonly number[] => {
  const random = createRandom(1)
  const list = [0, -0, 1e-300, 1e-9, 0.5, 1, 1e6, -1e6]
  for (let turns = -320_000; turns <= 320_000; turns += 997) {
    // Where it is decided which half turn an angle is of, and where sine or cosine vanish.
    for (const quarters of [0, 1, 2, 3]) list.push((turns + quarters / 4) * Math.PI)
  }
  for (let index = 0; index < 100_000; index += 1) {
    const magnitude = 10 ** (6 * random.uniform()) * random.uniform()
    list.push(random.uniform() < 0.5 ? magnitude : -magnitude)
  }
  return list.filter((angle) => Math.abs(angle) <= 1e6)
}

test('sine and cosine are those of Math to rounding, up to a million radians', () => {
  let sinError = 0
  let cosError = 0
  let restMax = 0
  for (const angle of angles()) {
    const turns = halfTurnsOf(angle)
    const rest = reducedOf(angle, turns)
    restMax = Math.max(restMax, Math.abs(rest))
    sinError = Math.max(sinError, Math.abs(signOf(turns) * sinOf(rest) - Math.sin(angle)))
    cosError = Math.max(cosError, Math.abs(signOf(turns) * cosOf(rest) - Math.cos(angle)))
  }
  expect(sinError).toBeLessThan(ERROR_MAX)
  expect(cosError).toBeLessThan(ERROR_MAX)
  expect(restMax).toBeLessThan(Math.PI / 2 + 1e-9)
})

test('small angles keep all their digits', () => {
  for (const angle of [1e-300, 1e-20, -1e-12, 1e-5]) {
    expect(Math.abs(sinOf(reducedOf(angle, halfTurnsOf(angle))) / Math.sin(angle) - 1)).toBeLessThan(3e-16)
  }
})
