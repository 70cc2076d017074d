import { beforeAll, describe, expect, it } from 'vitest'
import { beyond, GROUPS, meanSquare, measureSeeds, type Statistics } from './measured-passes.ts'

const SEEDS = 200
/** At rise, at culmination and at set, five looks a second. */
const PART_SECONDS = 10

// Of a normal distribution 2.7 in 1000 lie beyond 3σ and 6.8 in a million beyond 4.5σ: among 20,000 looks one seventh is
// to be expected there, so that "none" holds for most choices of seeds if the tails are normal, and for none if they
// are not.
const THREE_SIGMA_SHARE = 0.0027

const figuresOf = (values: readonly number[]): string => {
  const beyond3 = (1000 * beyond(values, 3)) / values.length
  const largest = Math.max(...values.map(Math.abs))
  return `${values.length} looks, mean square ${meanSquare(values).toFixed(3)}, beyond 3σ ${beyond3.toFixed(1)} in 1000, largest ${largest.toFixed(2)}σ`
}

describe(`the measured frequencies over ${SEEDS} seeds`, () => {
  let statistics: Statistics
  beforeAll(async () => {
    statistics = await measureSeeds({ seeds: SEEDS, partSeconds: PART_SECONDS })
    const { all, prediction, groups, looks } = statistics
    for (const name of GROUPS) console.info(`${name.padEnd(18)} ${figuresOf(groups.get(name) ?? [])}`)
    console.info(`all (of ${looks} looks taken) ${figuresOf(all)}`)
    console.info(`prediction as measurement: mean square ${meanSquare(prediction).toExponential(1)}`)
  }, 600_000)

  it('follow the truth, oscillator counted: mean square of the normalised errors is 0.8 to 1.2', () => {
    const { all } = statistics
    expect(all.length).toBeGreaterThan(15_000)
    expect(meanSquare(all)).toBeGreaterThan(0.8)
    expect(meanSquare(all)).toBeLessThan(1.2)
  })

  it('have none beyond 4.5σ, and beyond 3σ no more than a normal distribution', () => {
    const { all } = statistics
    expect(beyond(all, 4.5)).toBe(0)
    const expected = THREE_SIGMA_SHARE * all.length
    expect(beyond(all, 3)).toBeLessThan(expected + 4 * Math.sqrt(expected))
  })

  it.each(GROUPS)('state an honest 1σ at %s', (name) => {
    const values = statistics.groups.get(name) ?? []
    // The mean square of n independent looks scatters by √(2/n); near the threshold there are few.
    const scatter = 4 * Math.sqrt(2 / values.length)
    expect(values.length).toBeGreaterThan(100)
    expect(meanSquare(values)).toBeLessThan(1.1 + scatter)
    expect(meanSquare(values)).toBeGreaterThan(0.7 - scatter)
  })

  it('do not follow the prediction: published as a measurement it would be found out', () => {
    expect(meanSquare(statistics.prediction)).toBeGreaterThan(10_000)
  })
})
