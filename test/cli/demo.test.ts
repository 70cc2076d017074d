import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS, wait, waitUntil } from '../interop/mosquitto.ts'
import { createPlace, type Outcome, type Place } from './azel-process.ts'
import { summaryOf } from './demo/summary.ts'
import { runInFolder } from './run-in-process.ts'

// Whole runs as processes, as a newcomer starts them: two, at the same time, for each takes some seconds; the
// slow tier has more.

const RUN_LIMIT_MS = 120_000
const ESCAPE = '\u001b'

let place: Place
let plain: Outcome
let brokerless: Outcome
beforeAll(async () => {
  place = createPlace()
  ;[plain, brokerless] = await Promise.all([
    place.run(['demo', '--once', '--json', '--seed', '7']),
    place.run(['demo', '--once', '--seed', '7', '--fault', 'broker-down']),
  ])
}, RUN_LIMIT_MS)
afterAll(() => place.destroy())

describe('azel demo --once --json', () => {
  it('prints one JSON object and nothing else, and ends with 0', () => {
    expect(plain).toMatchObject({ ended: 0, stderr: '' })
    expect(Object.keys(summaryOf(plain))).toEqual(
      expect.arrayContaining([
        'satellite',
        'passStartUtc',
        'passEndUtc',
        'observations',
        'journaled',
        'delivered',
        'verified',
        'withheld',
        'gaps',
        'pointingErrorDeg',
        'measuredMinusTrueHz',
        'measuredMinusPredictedHz',
        'stationSecondsPerWallSecond',
      ]),
    )
  })

  it('delivers to each partner what his agreement says, verified and without a gap', () => {
    const summary = summaryOf(plain)
    const { observations, journaled, delivered, verified, withheld } = summary
    expect(observations).toBeGreaterThan(300)
    expect(journaled).toBe(observations)
    expect(summary.gaps).toBe(0)
    expect(delivered).toEqual(verified)
    // All; one in ten seconds, later; nothing.
    expect(verified['ally']).toBe(observations)
    expect(verified['neighbour']).toBeGreaterThan(observations / 10 - 2)
    expect(verified['neighbour']).toBeLessThan(observations / 10 + 2)
    expect(verified['stranger']).toBe(0)
    for (const partner of ['ally', 'neighbour', 'stranger'])
      expect((verified[partner] ?? 0) + (withheld[partner] ?? 0)).toBe(observations)
    // The heads are hashes over all records, and over all that a partner got.
    expect(summary.journalHead).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.keys(summary.streamHeads).toSorted()).toEqual(['ally', 'neighbour'])
  })

  it('points at the satellite and measures the truth, which is not the prediction', () => {
    const summary = summaryOf(plain)
    expect(summary.pointingErrorDeg.rms).toBeLessThan(1.5)
    expect(summary.pointingErrorDeg.max).toBeLessThan(5)
    expect(summary.measuredMinusTrueHz.rms).toBeLessThan(1)
    expect(summary.measuredMinusPredictedHz.rms).toBeGreaterThan(20 * summary.measuredMinusTrueHz.rms)
    expect(summary.normalisedError.meanSquare).toBeGreaterThan(0.75)
    expect(summary.normalisedError.meanSquare).toBeLessThan(1.25)
    expect(summary.normalisedError.max).toBeLessThan(4.5)
  })
})

describe('azel demo --once --fault broker-down', () => {
  it('a broker that dies costs nothing: what is owed is sent when it is back', () => {
    expect(brokerless.ended).toBe(0)
    // Whether a partner has to ask is a race between him and the station for the new broker; that he ends complete is not.
    expect(brokerless.stdout).toMatch(
      /the broker is killed.*is gone: .*is started again.*connected to the broker/s,
    )
    expect(brokerless.stdout).toMatch(/All that was due was verified by its partner/)
  })

  it('without a terminal it prints lines, each with its time, and no escape sequences', () => {
    expect(brokerless.stdout).not.toContain(ESCAPE)
    expect(brokerless.stderr).toBe('')
    expect(brokerless.stdout).toMatch(/^2026-08-23T\d\d:\d\d:\d\dZ {2}antenna: follows the pass$/m)
    expect(brokerless.stdout).toMatch(/^SIMULATED: no real device, no real data\.$/m)
    // The summary keeps to the width of a terminal.
    const summary = brokerless.stdout.slice(brokerless.stdout.indexOf('SIMULATED'))
    for (const line of summary.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})

describe('azel demo', () => {
  it(
    'stops at Ctrl-C in the middle of the pass, soon and with nothing left behind',
    async () => {
      const running = place.start(['demo', '--speed', '60'])
      await waitUntil(() => /target \d/.test(running.stdout()), PATIENCE_MS, 'the pass has begun')
      const began = performance.now()
      running.child.kill('SIGINT')
      const outcome = await running.done
      expect(performance.now() - began).toBeLessThan(10_000)
      expect(outcome.ended).toBe(130)
      expect(outcome.stdout).toMatch(/Stopped by you; the antenna was stopped first\.\n$/)
      expect(outcome.stdout).not.toContain(ESCAPE)
      // A killed broker is gone when the kernel has noticed.
      for (let tries = 0; place.survivors().length > 0 && tries < 50; tries += 1) await wait(20)
      expect(place.survivors()).toEqual([])
      expect(place.leftOver()).toEqual([])
    },
    RUN_LIMIT_MS,
  )

  it.each([
    [['--seed', '-1'], /the seed as a whole number/],
    [['--seed', 'x'], /the seed as a whole number/],
    [['--from', 'yesterday'], /"yesterday" is no UTC time/],
    [['--satellite', '99999999'], /has no transmitter for 99999999; it has .*25544/],
    [['--speed', '0'], /station seconds for a wall second/],
    [['--speed', 'NaN'], /station seconds for a wall second/],
    [['--fault', 'nonsense'], /stuck-motor, broker-down/],
    [['--sead', '1'], /Did you mean --seed/],
  ])('refuses %j in one clear line', async (words, expected) => {
    const outcome = await runInFolder(place.folder, 'demo', '--once', ...words)
    expect(outcome).toMatchObject({ ended: 1, stdout: '' })
    const [told = '', ...more] = outcome.stderr
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '(Did you mean --seed?)')
    expect(outcome.stderr).toMatch(expected)
    expect(told).toMatch(/^(azel|error): /)
    expect(more.filter((line) => line !== 'Run the command with --help to see what it takes.')).toEqual([])
  })
})
