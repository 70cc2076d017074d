import { expect, it } from 'vitest'
import { beyond, meanSquare, measureSeeds } from './measured-passes.ts'

// A tenth of measurement-statistics.slow.test.ts.
it('measures the true frequency with the 1σ that it states, and not the predicted one', async () => {
  const { all, prediction, groups } = await measureSeeds({ seeds: 24, partSeconds: 6 })
  expect(groups.size).toBe(12)
  // 1200 looks know the mean square to 4 %, counting that the looks of one connection share a time stamp's error.
  expect(all.length).toBeGreaterThan(1_200)
  expect(meanSquare(all)).toBeGreaterThan(0.8)
  expect(meanSquare(all)).toBeLessThan(1.2)
  expect(beyond(all, 4.5)).toBe(0)
  // The same judgement finds the prediction out.
  expect(meanSquare(prediction)).toBeGreaterThan(1_000)
})
