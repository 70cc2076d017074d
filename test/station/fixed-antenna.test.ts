import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
import { openInlineStore } from '../../src/outbox/inline-store.ts'
import { signingKeyFromSeed } from '../../src/sharing/keys.ts'
import { buildStation } from '../../src/station/build.ts'
import { configurationSchema } from '../../src/station/configuration/schema.ts'

const DATA = new URL('../../demo-data/', import.meta.url).pathname
const HEIGHT_M = 300

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'azel-fixed-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('a fixed antenna measures, records and asks nothing of a rotator', async () => {
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
        },
      },
    ),
  )
  const starting = station.start()
  await clock.advance(ms(5_000))
  unwrap(await starting)
  expect(station.status().antenna.phase).toBe('fixed')
  await clock.advance(ms(640_000))
  expect(observations.length).toBeGreaterThan(300)
  expect(rotatorAsked).toBe(0)
  for (const { pointing, dataMode, frequency, timeUtc } of observations) {
    // Where it is fixed to, said as commanded; nobody reports it, and the prediction is another field.
    expect(pointing.commanded).toEqual({ azimuthDeg: 0, elevationDeg: 90 })
    expect(pointing.reported).toBeUndefined()
    expect(pointing.predicted).toBeDefined()
    expect(dataMode).toBe('SIMULATED')
    const truth = hardware.truth.carrierAt(unwrap(parseUtc(timeUtc)), 25544, hz(145_800_000))
    expect(Math.abs(frequency.measuredHz - (truth?.expectedReportHz ?? 0))).toBeLessThan(
      5 * frequency.sigmaHz,
    )
  }
  // Nobody may have it, and all of it is kept.
  expect(unwrap(await store.status())).toMatchObject({
    journal: { number: observations.length },
    streams: [],
  })
  const stopping = station.stop()
  await clock.advance(ms(60_000))
  unwrap(await stopping)
})
