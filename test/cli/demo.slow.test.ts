import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mosquittoProgram } from '../interop/mosquitto.ts'
import { createPlace, type Place } from './azel-process.ts'
import { type Summary, summaryOf } from './demo/summary.ts'

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
/** A quarter of the beam of 20°: less than a decibel is lost. */
const POINTING_MAX_DEG = 5

/** All that depends on the seed: the same but for how fast the machine was. */
const seededPart = (summary: Summary): unknown => ({ ...summary, stationSecondsPerWallSecond: 0 })

let place: Place
beforeAll(() => {
  place = createPlace()
})
afterAll(() => place.destroy())

describe(`the demo over ${SEEDS.length} seeds`, () => {
  const summaries: Summary[] = []
  beforeAll(async () => {
    // Two at a time: a run is mostly one thread's work.
    for (let first = 0; first < SEEDS.length; first += 2) {
      const outcomes = await Promise.all(
        SEEDS.slice(first, first + 2).map((seed) =>
          place.run(['demo', '--once', '--json', '--seed', String(seed)]),
        ),
      )
      for (const outcome of outcomes) {
        if (outcome.ended !== 0) throw new Error(`the demo ended with ${outcome.ended}: ${outcome.stderr}`)
        summaries.push(summaryOf(outcome))
      }
    }
    const rms = summaries.map(({ pointingErrorDeg }) => pointingErrorDeg.rms).toSorted((a, b) => a - b)
    const worst = Math.max(...summaries.map(({ pointingErrorDeg }) => pointingErrorDeg.max))
    console.info(`pointing error ${rms[0]}° to ${rms.at(-1)}° rms, at most ${worst}°`)
  }, 600_000)

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

  it('gives the same signed records for the same seed, byte for byte, and the same summary', async () => {
    const again = await place.run(['demo', '--once', '--json', '--seed', '7'])
    // The heads are hashes over all records, and over all that a partner got.
    expect(seededPart(summaryOf(again))).toEqual(summaries.map(seededPart)[SEEDS.indexOf(7)])
  })
})

describe('a stuck motor in the demo', () => {
  it('ends in a latched fault and one plain sentence; what was heard is delivered all the same', async () => {
    const jammed = await place.run(['demo', '--once', '--json', '--seed', '8', '--fault', 'stuck-motor'])
    expect(jammed.ended).toBe(0)
    const told = jammed.stderr.trimEnd().split('\n')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/has not moved for \d+ s, although it was sent to .*\[motion\.stalled\]$/)
    const summary = summaryOf(jammed)
    expect(summary.pointingErrorDeg.max).toBeGreaterThan(20)
    expect(summary.observations).toBeGreaterThan(100)
    expect(summary.gaps).toBe(0)
    expect(summary.verified['ally']).toBe(summary.observations)
  })
})

// As root the program can be hidden from one process with its children.
const hideBroker = ['unshare', '-m', 'sh', '-c', `mount --bind /dev/null "$0" && exec "$@"`]
const brokerPath =
  mosquittoProgram === undefined
    ? undefined
    : spawnSync('sh', ['-c', `command -v ${mosquittoProgram}`], { encoding: 'utf8' }).stdout.trim()
const canHide =
  brokerPath !== undefined &&
  spawnSync(hideBroker[0] ?? '', [...hideBroker.slice(1), brokerPath, 'true'], { stdio: 'ignore' }).status ===
    0

describe.skipIf(!canHide)('azel demo where there is no mosquitto', () => {
  it('brings a broker of its own and says what that hides', async () => {
    const outcome = await place.run(['demo', '--once'], [...hideBroker, brokerPath ?? ''])
    expect(outcome).toMatchObject({ ended: 0, stderr: '' })
    const text = outcome.stdout.replace(/\s+/g, ' ')
    expect(text).toContain('the embedded aedes broker, which speaks MQTT 3.1.1')
    expect(text).toContain('it acknowledges even what its access list refuses')
    expect(text).toContain('All that was due was verified by its partner')
  })
})
