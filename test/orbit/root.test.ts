import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findRoot } from '../../src/orbit/root.ts'

const rootOf = (of: (at: number) => number, a: number, b: number): { root: number; calls: number } => {
  let calls = 0
  const counted = (at: number): number => {
    calls += 1
    return of(at)
  }
  const root = findRoot({
    of: counted,
    low: { at: a, value: of(a) },
    high: { at: b, value: of(b) },
    tolerance: 1e-6,
  })
  return { root, calls }
}

test('finds the crossing of smooth, kinked and jumping functions to the tolerance', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -90, max: 90, noNaN: true }),
      fc.integer({ min: 0, max: 4 }),
      (root, kind) => {
        const functions = [
          (at: number) => Math.atan(at - root),
          (at: number) => (at - root) ** 3,
          (at: number) => (at < root ? 0.001 * (at - root) : 1000 * (at - root)),
          (at: number) => (at < root ? -1 : 2),
          (at: number) => root - at + 10 * Math.sin((root - at) / 20),
        ]
        const found = rootOf(functions[kind] ?? Math.sin, -100, 100)
        // Of a cubic's root a double knows the third root of what it knows else.
        expect(Math.abs(found.root - root)).toBeLessThan(kind === 1 ? 1e-3 : 2e-6)
        expect(found.calls).toBeLessThan(80)
      },
    ),
  )
})

test('takes few looks at a function such as an elevation', () => {
  expect(rootOf((at) => Math.sin(at) - 0.3, -0.5, 1.4).calls).toBeLessThan(10)
})
