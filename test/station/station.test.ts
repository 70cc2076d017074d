import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DONGLE_DEFAULTS } from '../../hardware-sim/dongle/dongle.ts'
import { createSimulatedStation } from '../../hardware-sim/station/station.ts'
import { loadElementFile, loadTransmitterFile } from '../../src/catalog/load-file.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { parseUtc } from '../../src/kernel/time.ts'
import { db, deg, hz, metres, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { Observation } from '../../src/observation/record.ts'
import { createLook } from '../../src/orbit/look.ts'
import { createPropagator } from '../../src/orbit/propagator.ts'
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { buildStation } from '../../src/station/build.ts'
import { configurationSchema } from '../../src/station/configuration/schema.ts'
import { createMemoryFolder } from '../support/memory-folder.ts'

const DATA = new URL('../../demo-data/', import.meta.url).pathname
const HEIGHT_M = 300

let folder = ''
beforeEach(() => {
  folder = createMemoryFolder('azel-fixed-')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** One pass of the ISS over a fixed antenna, with the wall clock stepped in its middle where that is asked for. */
const playPass = async (step?: number) => {
  const clock = createVirtualClock({ startUtc: unwrap(parseUtc('2026-08-23T05:20:00Z')) })
  const { elementSets } = unwrap(await loadElementFile(`${DATA}elements.omm.csv`))
  const { transmitters } = unwrap(await loadTransmitterFile(`${DATA}transmitters.json`))
  const iss = elementSets.filter(({ catalogNumber }) => catalogNumber === 25544)
  const random = createRandom(3)
  const hardware = unwrap(
    createSimulatedStation({
      clock,
      random,
      site: { latitude: deg(49.61), longitude: deg(6.13), height: metres(HEIGHT_M) },
      elementSets: iss,
      transmitters: transmitters
        .filter(({ catalogNumber }) => catalogNumber === 25544)
        .map(({ catalogNumber, downlink, description }) => ({
          catalogNumber,
          frequency: hz(downlink),
          name: description,
        })),
      mount: 'fixed',
      // A turnstile: it hears the whole sky.
      sky: { beamWidth: deg(180), referenceDbHz: db(48) },
    }),
  )
  const configuration = configurationSchema.parse({
    version: 1,
    station: {
      id: 'roof-1',
      name: 'Roof',
      latitudeDeg: 49.61,
      longitudeDeg: 6.13,
      heightM: HEIGHT_M,
      keyFile: 'none',
      dataFolder: folder,
    },
    label: { policy: 'PUBLIC', classification: 'UNCLASSIFIED', relTo: [], originator: 'LUX' },
    antenna: { kind: 'fixed', beamWidthDeg: 180, azimuthDeg: 0, elevationDeg: 90 },
    receiver: { rtlTcp: 'simulated:1', delayMs: DONGLE_DEFAULTS.latency, delaySigmaMs: 0 },
    catalog: { elements: 'elements.omm.csv' },
    requests: [{ id: 'iss', catalogNumber: 25544 }],
    plan: { horizonHours: 1 },
  })
  const observations: Observation[] = []
  const begun: string[] = []
  const endedUtcMs: number[] = []
  let rotatorAsked = 0
  const store = unwrap(openInlineStore(join(folder, 'station.sqlite')))
  const station = unwrap(
    buildStation(
      configuration,
      { elementSets: iss, transmitters },
      {
        clock,
        linkClock: clock,
        log: silentLog,
        random,
        bootId: 'boot',
        software: 'test',
        openRotator: () => {
          rotatorAsked += 1
          throw new Error('a fixed antenna has no rotator')
        },
        openReceiver: hardware.openReceiver,
        clockQuality: () => ({ source: 'simulation', synchronised: true, errorBound: ms(0) }),
        openBroker: undefined,
        store,
        key: signingKeyFromSeed(random.bytes(32)),
        onEvent: (event) => {
          if (event.kind === 'observation') observations.push(event.observation)
          if (event.kind === 'pass-begins') begun.push(event.pass.task.passId)
          if (event.kind === 'pass-ends') endedUtcMs.push(hardware.truth.utcNow())
        },
      },
    ),
  )
  const starting = station.start()
  await clock.advance(ms(5_000))
  unwrap(await starting)
  await clock.advance(ms(295_000))
  if (step !== undefined) clock.stepWall(ms(step))
  await clock.advance(ms(345_000))
  const status = unwrap(await store.status())
  const phase = station.status().antenna.phase
  const stopping = station.stop()
  await clock.advance(ms(60_000))
  unwrap(await stopping)
  const [elements] = iss
  if (elements === undefined) throw new Error('the demo has the ISS')
  return { observations, rotatorAsked, status, phase, truth: hardware.truth, begun, endedUtcMs, elements }
}

let quietPass: ReturnType<typeof playPass> | undefined
const quietly = () => {
  quietPass ??= playPass()
  return quietPass
}

const instantOf = ({ timeUtc }: Observation) => unwrap(parseUtc(timeUtc))

it('a fixed antenna measures, records and asks nothing of a rotator', async () => {
  const { observations, rotatorAsked, status, phase, truth, elements } = await quietly()
  const site = { latitude: deg(49.61), longitude: deg(6.13), height: metres(HEIGHT_M) }
  const lookAt = createLook({ motion: unwrap(createPropagator(elements)), site })
  const { epochUtcMs } = elements
  expect(phase).toBe('fixed')
  expect(observations.length).toBeGreaterThan(300)
  expect(rotatorAsked).toBe(0)
  for (const observation of observations) {
    const { pointing, dataMode, frequency, timeQuality, prediction } = observation
    // Where it is fixed to, said as commanded; nobody reports it, and the prediction is another field.
    expect(pointing.commanded).toEqual({ azimuthDeg: 0, elevationDeg: 90 })
    expect(pointing.reported).toBeUndefined()
    // By geometry, as whoever has the elements reckons; and as the air shows it, which is higher.
    const look = unwrap(lookAt(instantOf(observation)))
    expect(pointing.predicted?.azimuthDeg).toBeCloseTo(look.azimuth, 3)
    expect(pointing.predicted?.elevationDeg).toBeCloseTo(look.elevation, 3)
    const lifted = (pointing.predictedApparent?.elevationDeg ?? 0) - look.elevation
    expect(lifted).toBeGreaterThan(0.01)
    expect(lifted).toBeLessThan(0.3)
    expect(prediction).toMatchObject({ refraction: expect.stringMatching(/^ITU-R P\.834/), ut1: 'UT1 = UTC' })
    expect(prediction?.elementsAgeSec).toBeCloseTo((instantOf(observation) - epochUtcMs) / 1_000, 2)
    expect(prediction?.timeSigmaSec).toBeGreaterThan(0.05)
    expect(dataMode).toBe('SIMULATED')
    expect(timeQuality.synchronised).toBe(true)
    const carrier = truth.carrierAt(instantOf(observation), 25544, hz(145_800_000))
    expect(Math.abs(frequency.measuredHz - (carrier?.expectedReportHz ?? 0))).toBeLessThan(
      5 * frequency.sigmaHz,
    )
  }
  // Nobody may have it, and all of it is kept.
  expect(status).toMatchObject({ journal: { number: observations.length }, streams: [] })
})

it.each([3_600_000, -3_600_000])(
  'a wall clock that steps by %i ms in a pass neither ends nor doubles it, and the records say so',
  async (step) => {
    const { observations, truth, begun, endedUtcMs } = await playPass(step)
    const quiet = await quietly()
    expect(Math.abs(observations.length - quiet.observations.length)).toBeLessThan(5)
    expect(begun).toHaveLength(1)
    expect(Math.abs((endedUtcMs[0] ?? 0) - (quiet.endedUtcMs[0] ?? 0))).toBeLessThan(2_000)
    const marked = observations.filter(({ timeQuality }) => !timeQuality.synchronised)
    expect(marked.length).toBeGreaterThan(150)
    expect(marked.every(({ timeQuality }) => timeQuality.errorBoundMs === undefined)).toBe(true)
    // The stamps go on as if nothing had happened, and the frequency at each is the true one.
    for (const [index, observation] of observations.entries()) {
      const before = observations[index - 1]
      if (before !== undefined) expect(instantOf(observation) - instantOf(before)).toBeLessThan(20_000)
      const carrier = truth.carrierAt(instantOf(observation), 25544, hz(145_800_000))
      expect(Math.abs(observation.frequency.measuredHz - (carrier?.expectedReportHz ?? 0))).toBeLessThan(
        6 * observation.frequency.sigmaHz,
      )
    }
  },
)
