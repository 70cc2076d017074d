import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlace, type Place } from './azel-process.ts'

interface Summary {
  readonly gaps: number
  readonly journalHead: string
  readonly pointingErrorDeg: { readonly rms: number; readonly max: number }
  readonly normalisedError: { readonly meanSquare: number; readonly max: number }
}

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
/** A quarter of the beam of 20°: less than a decibel is lost. */
const POINTING_MAX_DEG = 5

describe(`the demo over ${SEEDS.length} seeds`, () => {
  let place: Place
  const summaries: Summary[] = []
  beforeAll(async () => {
    place = createPlace()
    // Two at a time: a run is mostly one thread's work.
    for (let first = 0; first < SEEDS.length; first += 2) {
      const outcomes = await Promise.all(
        SEEDS.slice(first, first + 2).map((seed) =>
          place.run(['demo', '--once', '--json', '--seed', String(seed)]),
        ),
      )
      for (const { ended, stdout, stderr } of outcomes) {
        if (ended !== 0) throw new Error(`the demo ended with ${ended}: ${stderr}`)
        summaries.push(JSON.parse(stdout) as Summary)
      }
    }
    const rms = summaries.map(({ pointingErrorDeg }) => pointingErrorDeg.rms).toSorted((a, b) => a - b)
    const worst = Math.max(...summaries.map(({ pointingErrorDeg }) => pointingErrorDeg.max))
    console.info(`pointing error ${rms[0]}° to ${rms.at(-1)}° rms, at most ${worst}°`)
  }, 600_000)
  afterAll(() => place.destroy())

  it('follows the true satellite, across the sky', () => {
    for (const { pointingErrorDeg } of summaries) {
      expect(pointingErrorDeg.rms).toBeLessThan(1)
      expect(pointingErrorDeg.max).toBeLessThan(POINTING_MAX_DEG)
    }
  })

  it('delivers everything, measured as well as it says', () => {
    for (const { gaps, normalisedError } of summaries) {
      expect(gaps).toBe(0)
      expect(normalisedError.max).toBeLessThan(4.5)
    }
    const mean = summaries.reduce((sum, one) => sum + one.normalisedError.meanSquare, 0) / summaries.length
    expect(mean).toBeGreaterThan(0.8)
    expect(mean).toBeLessThan(1.2)
  })

  it('is another run for each seed', () => {
    expect(new Set(summaries.map(({ journalHead }) => journalHead)).size).toBe(SEEDS.length)
  })
})
