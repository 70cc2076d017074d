import { expect, it } from 'vitest'
import { followWall } from '../../src/kernel/wall-step.ts'

it('a clock that is slewed is followed, as far as it goes in the end', () => {
  let followedMs = 0
  for (let second = 1; second <= 3_600; second += 1) {
    const wall = followWall(followedMs, second * 0.5)
    expect(wall.stepMs).toBe(0)
    followedMs = wall.followedMs
  }
  expect(followedMs).toBe(1_800)
})

it.each([501, -501, 3_600_000, -3_600_000])('a step of %i ms is not followed, and told', (step) => {
  expect(followWall(1_000, 1_000 + step)).toEqual({ followedMs: 1_000, stepMs: step })
})

it.each([500, -500, 0])('a difference of %i ms is no step', (difference) => {
  expect(followWall(1_000, 1_000 + difference)).toEqual({ followedMs: 1_000 + difference, stepMs: 0 })
})
