import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mosquittoProgram, wait, waitUntil } from '../interop/mosquitto.ts'
import { createPlace, type Outcome, type Place } from './azel-process.ts'

// Whole runs as processes, as a newcomer starts them: few, and two at a time, for each takes some seconds.

interface Summary {
  readonly satellite: { readonly catalogNumber: number; readonly name: string }
  readonly passStartUtc: string
  readonly passEndUtc: string
  readonly observations: number
  readonly journaled: number
  readonly delivered: Readonly<Record<string, number>>
  readonly verified: Readonly<Record<string, number>>
  readonly withheld: Readonly<Record<string, number>>
  readonly gaps: number
  readonly pointingErrorDeg: { readonly rms: number; readonly max: number }
  readonly measuredMinusTrueHz: { readonly mean: number; readonly rms: number }
  readonly measuredMinusPredictedHz: { readonly mean: number; readonly rms: number }
  readonly normalisedError: { readonly meanSquare: number; readonly max: number }
  readonly journalHead: string
  readonly streamHeads: Readonly<Record<string, string>>
  readonly stationSecondsPerWallSecond: number
}

const RUN_LIMIT_MS = 90_000
const ESCAPE = '\u001b'

let place: Place
beforeAll(() => {
  place = createPlace()
})
afterAll(() => place.destroy())

const summaryOf = ({ stdout }: Outcome): Summary => {
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`this is not one JSON object: ${stdout}`)
  return JSON.parse(stdout) as Summary
}

/** All that depends on the seed: the same but for how fast the machine was. */
const seededPart = (summary: Summary): unknown => ({ ...summary, stationSecondsPerWallSecond: 0 })

describe('azel demo --once --json', () => {
  let runs: readonly [Outcome, Outcome]
  beforeAll(async () => {
    const words = ['demo', '--once', '--json', '--seed', '7']
    runs = await Promise.all([place.run(words), place.run(words)])
  }, RUN_LIMIT_MS)

  it('prints one JSON object and nothing else, and ends with 0', () => {
    for (const outcome of runs) {
      expect(outcome).toMatchObject({ ended: 0, stderr: '' })
      expect(Object.keys(summaryOf(outcome))).toEqual(
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
    }
  })

  it('delivers to each partner what his agreement says, verified and without a gap', () => {
    const summary = summaryOf(runs[0])
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
  })

  it('points at the satellite and measures the truth, which is not the prediction', () => {
    const summary = summaryOf(runs[0])
    expect(summary.pointingErrorDeg.rms).toBeLessThan(1.5)
    expect(summary.pointingErrorDeg.max).toBeLessThan(5)
    expect(summary.measuredMinusTrueHz.rms).toBeLessThan(1)
    expect(summary.measuredMinusPredictedHz.rms).toBeGreaterThan(20 * summary.measuredMinusTrueHz.rms)
    expect(summary.normalisedError.meanSquare).toBeGreaterThan(0.75)
    expect(summary.normalisedError.meanSquare).toBeLessThan(1.25)
    expect(summary.normalisedError.max).toBeLessThan(4.5)
  })

  it('gives the same signed records for the same seed, byte for byte, and the same summary', () => {
    // The heads are hashes over all records, and over all that a partner got.
    const [one, other] = [summaryOf(runs[0]), summaryOf(runs[1])]
    expect(one.journalHead).toMatch(/^[0-9a-f]{64}$/)
    expect(Object.keys(one.streamHeads).toSorted()).toEqual(['ally', 'neighbour'])
    expect(seededPart(one)).toEqual(seededPart(other))
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

describe('what goes wrong in the demo', () => {
  let jammed: Outcome
  let brokerless: Outcome
  beforeAll(async () => {
    ;[jammed, brokerless] = await Promise.all([
      place.run(['demo', '--once', '--json', '--seed', '8', '--fault', 'stuck-motor']),
      place.run(['demo', '--once', '--seed', '7', '--fault', 'broker-down']),
    ])
  }, RUN_LIMIT_MS)

  it('a stuck motor ends in a latched fault and one plain sentence; what was heard is delivered all the same', () => {
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
      await waitUntil(() => /target \d/.test(running.stdout()), 60_000, 'the pass has begun')
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
    const outcome = await place.run(['demo', '--once', ...words])
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

describe.skipIf(!canHide)('azel demo where there is no mosquitto', () => {
  it(
    'brings a broker of its own and says what that hides',
    async () => {
      const outcome = await place.run(['demo', '--once'], [...hideBroker, brokerPath ?? ''])
      expect(outcome).toMatchObject({ ended: 0, stderr: '' })
      const text = outcome.stdout.replace(/\s+/g, ' ')
      expect(text).toContain('the embedded aedes broker, which speaks MQTT 3.1.1')
      expect(text).toContain('it acknowledges even what its access list refuses')
      expect(text).toContain('All that was due was verified by its partner')
    },
    RUN_LIMIT_MS,
  )
})
