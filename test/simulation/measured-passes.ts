import { createSimulatedStation } from '../../hardware-sim/station/station.ts'
import { loadElementFile } from '../../src/catalog/load-file.ts'
import type { Transmitter } from '../../src/catalog/transmitters.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_HOUR, parseUtc, utcMs, utcPlus } from '../../src/kernel/time.ts'
import { db, deg, hz, metres, ms, ppm, sec } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { Observation } from '../../src/observation/record.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { createHorizonMask } from '../../src/orbit/horizon-mask.ts'
import { DEFAULT_ALONG_TRACK_MODEL } from '../../src/orbit/uncertainty/default-along-track-model.ts'
import { createReceiver, type Receiver } from '../../src/receiver/receiver.ts'
import { createObserver } from '../../src/station/observer.ts'
import { startPassClock } from '../../src/station/pass-clock.ts'
import { makeTimetable, type ScheduledPass } from '../../src/station/schedule.ts'
import { createTarget } from '../../src/station/target.ts'

export const SITE = { latitude: deg(49.61), longitude: deg(6.13), height: metres(300) }
const FROM = unwrap(parseUtc('2026-08-23T00:00:00Z'))
const LATENCY = ms(12)
/** A look of 137 ms every 200 ms: four times as many as a station takes, and none overlaps the next. */
const LOOK_PERIOD = ms(200)

const transmitterOf = (catalogNumber: number, frequencyHz: number): Transmitter => ({
  uuid: 'test',
  catalogNumber,
  description: 'beacon',
  downlink: hz(frequencyHz),
  nominalDownlink: hz(frequencyHz),
  downlinkHigh: undefined,
  driftPartsPerBillion: 0,
  mode: 'CW',
  baud: undefined,
  service: 'Amateur',
  active: true,
})

/** The passes of a satellite over the site within two days, as a station would plan them. */
export const passesOf = async (
  elements: ElementSet,
  frequencyHz: number,
): Promise<readonly ScheduledPass[]> => {
  const target = unwrap(
    createTarget({
      request: {
        id: 'request',
        catalogNumber: elements.catalogNumber,
        priority: 50,
        frequency: hz(frequencyHz),
      },
      elementsOf: () => elements,
      transmittersOf: (catalogNumber) => [transmitterOf(catalogNumber, frequencyHz)],
      site: SITE,
      refraction: undefined,
      ut1MinusUtc: sec(0),
      alongTrackModel: DEFAULT_ALONG_TRACK_MODEL,
    }),
  )
  const made = await makeTimetable({
    outlook: { targets: [target], refraction: undefined, ut1MinusUtc: sec(0) },
    site: SITE,
    mask: unwrap(createHorizonMask({ minimumElevation: deg(5), points: [] })),
    minimumCulmination: deg(10),
    turnaround: ms(0),
    fromUtc: FROM,
    horizon: ms(48 * MS_PER_HOUR),
    log: silentLog,
  })
  return unwrap(made).scheduled.filter(({ task }) => !task.pass.openStart && !task.pass.openEnd)
}

export interface Measured {
  readonly observation: Observation
  /** What a perfect receiver with this oscillator would have reported. */
  readonly trueHz: number
}

/**
 * One pass from the simulated sky to the record, by the station's own receiver, estimator and observer: three parts of
 * it, at rise, culmination and set, each with a new connection to the receiver that is a few seconds old or long there.
 */
export const measurePass = async (options: {
  readonly seed: number
  readonly pass: ScheduledPass
  /** Carrier to noise density at 1000 km. */
  readonly referenceDbHz: number
  readonly partSeconds: number
}): Promise<{ readonly measured: readonly Measured[]; readonly looks: number }> => {
  const { seed, pass } = options
  const { task, target } = pass
  const nominal = target.nominalFrequency
  const random = createRandom(seed)
  const partMs = 1000 * options.partSeconds
  const middle = task.pass.tcaUtcMs
  const begins = [task.startUtcMs, utcMs(middle - partMs / 2), utcMs(task.stopUtcMs - partMs)]
  const clock = createVirtualClock({ startUtc: utcPlus(task.startUtcMs, ms(-20_000)) })
  const simulated = unwrap(
    createSimulatedStation({
      clock,
      random,
      site: SITE,
      elementSets: [target.elements],
      transmitters: [{ catalogNumber: target.elements.catalogNumber, frequency: nominal, name: 'beacon' }],
      mount: 'fixed',
      // A beam that sees all of the sky alike: the antenna is another test's.
      sky: { referenceDbHz: db(options.referenceDbHz), beamWidth: deg(100_000), latency: LATENCY },
    }),
  )
  const { truth } = simulated
  const measured: Measured[] = []
  let looks = 0
  const record = (observation: Observation): void => {
    const at = unwrap(parseUtc(observation.timeUtc))
    const carrier = truth.carrierAt(at, target.elements.catalogNumber, nominal)
    if (carrier !== undefined) measured.push({ observation, trueHz: carrier.expectedReportHz })
  }
  for (const begin of begins) {
    // From a connection that is just there to one that has seen the host's quiet moments.
    const leadMs = 1_300 + 12_000 * random.uniform() ** 2
    await clock.advance(ms(Math.max(0, begin - leadMs - clock.utcNow())))
    const receiver: Receiver = createReceiver({
      clock,
      log: silentLog,
      open: simulated.openReceiver,
      gain: 30,
      lookPeriod: LOOK_PERIOD,
      calibratedDelay: LATENCY,
      delayBound: ms(0),
      rateSigma: ppm(0.5),
      onLook: (look) => {
        looks += 1
        observer.take(look)
      },
    })
    const observer = createObserver({
      settings: {
        station: 'test',
        configuredDataMode: 'TEST',
        label: { policy: 'PUBLIC', classification: 'UNCLASSIFIED', relTo: ['LUX'], originator: 'LUX' },
        reference: 'tcxo',
        referenceSigma: ppm(0.5),
        referenceCorrection: ppm(0),
        calibratedDelay: LATENCY,
        delaySigma: ms(0),
        elementsSource: () => 'test',
      },
      log: silentLog,
      receiver,
      clockQuality: () => ({ source: 'simulation', synchronised: true, errorBound: ms(0) }),
      antennaProvenance: () => 'simulated',
      commanded: () => undefined,
      reported: () => undefined,
      newId: () => String(measured.length),
      onObservation: record,
    })
    const run = async <Value>(work: Promise<Value>): Promise<Value> => {
      let settled = false
      void work.finally(() => {
        settled = true
      })
      await clock.runUntil(() => settled)
      return work
    }
    unwrap(await run(receiver.connect()))
    await clock.advance(ms(Math.max(0, begin - 650 - clock.utcNow())))
    unwrap(await run(observer.begin(pass, startPassClock(clock))))
    await clock.advance(ms(Math.max(0, begin + partMs - clock.utcNow())))
    observer.end()
    await run(receiver.close())
  }
  return { measured, looks }
}

/** Errors over their stated 1σ. */
export const normalisedErrors = (measured: readonly Measured[]): readonly number[] =>
  measured.map(
    ({ observation: { frequency }, trueHz }) => (frequency.measuredHz - trueHz) / frequency.sigmaHz,
  )

/** The same, had the station published its prediction as a measurement. */
export const normalisedPredictionErrors = (measured: readonly Measured[]): readonly number[] =>
  measured.map(
    ({ observation: { frequency }, trueHz }) => (frequency.predictedHz - trueHz) / frequency.sigmaHz,
  )

export const meanSquare = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length)

export const beyond = (values: readonly number[], limit: number): number =>
  values.filter((value) => Math.abs(value) > limit).length

const FREQUENCIES_HZ = [145_800_000, 437_800_000, 2_200_000_000]
/** At 1000 km: from a strong beacon to one that is heard only now and then (detection begins at about 22 dBHz). */
const LINKS_DBHZ = [50, 40, 30, 24]
/** Two orbits of 400 to 800 km and one of 1450 km. */
const SATELLITES = [25_544, 7_530, 43_017]

const groupName = (frequencyHz: number, linkDbHz: number): string =>
  `${frequencyHz / 1e6} MHz, ${linkDbHz} dBHz`

export const GROUPS: readonly string[] = FREQUENCIES_HZ.flatMap((frequency) =>
  LINKS_DBHZ.map((link) => groupName(frequency, link)),
)

export interface Statistics {
  readonly all: readonly number[]
  readonly prediction: readonly number[]
  /** By frequency and strength of the link. */
  readonly groups: ReadonlyMap<string, readonly number[]>
  readonly looks: number
}

/** One pass a seed; frequency, strength, satellite and pass go round with it. */
export const measureSeeds = async (options: {
  readonly seeds: number
  readonly partSeconds: number
}): Promise<Statistics> => {
  const file = new URL('../../demo-data/elements.omm.csv', import.meta.url).pathname
  const { elementSets } = unwrap(await loadElementFile(file))
  const observed = elementSets.filter(({ catalogNumber }) => SATELLITES.includes(catalogNumber))
  const passes = await Promise.all(
    FREQUENCIES_HZ.map(async (frequency) =>
      (await Promise.all(observed.map((set) => passesOf(set, frequency)))).flat(),
    ),
  )
  const groups = new Map<string, readonly number[]>()
  const all: number[] = []
  const prediction: number[] = []
  let looks = 0
  for (let seed = 1; seed <= options.seeds; seed += 1) {
    const band = seed % FREQUENCIES_HZ.length
    const referenceDbHz = LINKS_DBHZ[Math.floor(seed / FREQUENCIES_HZ.length) % LINKS_DBHZ.length] ?? 0
    const ofBand = passes[band] ?? []
    const pass = ofBand[(7 * seed) % ofBand.length]
    if (pass === undefined) throw new Error('there is no pass')
    const heard = await measurePass({ seed, pass, referenceDbHz, partSeconds: options.partSeconds })
    const normalised = normalisedErrors(heard.measured)
    const group = groupName(FREQUENCIES_HZ[band] ?? 0, referenceDbHz)
    groups.set(group, [...(groups.get(group) ?? []), ...normalised])
    all.push(...normalised)
    prediction.push(...normalisedPredictionErrors(heard.measured))
    looks += heard.looks
  }
  return { all, prediction, groups, looks }
}
