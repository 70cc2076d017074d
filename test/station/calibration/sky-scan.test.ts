import { describe, expect, it } from 'vitest'
import { type Misalignment, WELL_ALIGNED } from '../../../hardware-sim/plant/misalignment.ts'
import { createSimulatedStation } from '../../../hardware-sim/station/station.ts'
import { scanLegLines } from '../../../src/cli/calibrate/words.ts'
import type { AzEl } from '../../../src/kernel/angle.ts'
import type { Fault } from '../../../src/kernel/errors.ts'
import { silentLog } from '../../../src/kernel/log.ts'
import { createRandom } from '../../../src/kernel/random.ts'
import { invariant, ok, type Result, unwrap } from '../../../src/kernel/result.ts'
import { MS_PER_HOUR, type UtcMs, utcFromCivil, utcMs } from '../../../src/kernel/time.ts'
import { deg, degPerSec, hz, ms } from '../../../src/kernel/units.ts'
import { createVirtualClock } from '../../../src/kernel/virtual-clock.ts'
import { createBodyMotion } from '../../../src/orbit/body-motion.ts'
import { createDoppler } from '../../../src/orbit/doppler.ts'
import { createLook } from '../../../src/orbit/look.ts'
import { createPropagator } from '../../../src/orbit/propagator.ts'
import type { Envelope } from '../../../src/pointing/motion-gate.ts'
import type { AzElMount } from '../../../src/pointing/mount.ts'
import { createReceiver, type Listening } from '../../../src/receiver/receiver.ts'
import { findDriver } from '../../../src/rotator/registry.ts'
import { streamOfOpenPort } from '../../../src/rotator/serial-byte-stream.ts'
import { createPowerLooks } from '../../../src/station/calibration/power-looks.ts'
import { scanLegs } from '../../../src/station/calibration/scan-legs.ts'
import {
  planScan,
  runScan,
  type ScanResult,
  type ScanSource,
} from '../../../src/station/calibration/sky-scan.ts'
import { createTestBench, watchLine } from '../../../src/station/calibration/test-bench.ts'
import { createMovingAntenna } from '../../../src/station/moving-antenna.ts'
import { ISS, MID_PASS, SITE } from '../../hardware-sim/iss.ts'
import { rememberingNothing } from './remembering-nothing.ts'

const BEAM_DEG = 20
const RAD = Math.PI / 180
const NOON = utcFromCivil({ year: 2026, month: 6, day: 21, hour: 12, minute: 0, second: 0 })
const FREQUENCY = hz(437e6)

const sun = (): ScanSource => {
  const look = createLook({ motion: createBodyMotion('sun'), site: SITE })
  return {
    name: 'the Sun',
    heardAs: 'noise',
    lookAt: (at: UtcMs): AzEl | undefined => {
      const angles = look(at)
      return angles.ok ? { azimuth: angles.value.azimuth, elevation: angles.value.elevation } : undefined
    },
  }
}

const mountOf = (resolution: number): AzElMount => ({
  kind: 'azel',
  azimuth: { minimum: deg(0), maximum: deg(450), slewRate: degPerSec(6) },
  elevation: { minimum: deg(0), maximum: deg(180), slewRate: degPerSec(2.7) },
  park: { azimuth: deg(180), elevation: deg(0) },
  beamWidth: deg(BEAM_DEG),
  resolution: deg(resolution),
})

/** When the Sun stands at a height that the antenna can look all round. */
const daytime = (): UtcMs => {
  const { lookAt } = sun()
  for (let hour = 0; hour < 24; hour += 0.25) {
    const at = utcMs(NOON + hour * MS_PER_HOUR)
    const elevation = lookAt(at)?.elevation ?? 0
    if (elevation > 35 && elevation < 50) return at
  }
  return NOON
}

/** Listening to the noise, for the Sun, or to a carrier. */
const scanOf = async (
  what: {
    readonly source: ScanSource
    readonly startUtc: UtcMs
    readonly beacon?: {
      readonly spreadingAt: (at: UtcMs) => number
      readonly expectedAt: Listening['expectedAt']
    }
  },
  misalignment: Misalignment,
): Promise<Result<ScanResult, Fault>> => {
  const { source, beacon } = what
  const clock = createVirtualClock({ startUtc: what.startUtc })
  const station = unwrap(
    createSimulatedStation({
      clock,
      random: createRandom(1),
      site: SITE,
      elementSets: [ISS],
      transmitters: [{ catalogNumber: ISS.catalogNumber, frequency: FREQUENCY, name: 'beacon' }],
      misalignment,
    }),
  )
  const driver = unwrap(findDriver('gs232b'))
  const mount = mountOf(1)
  const watch = watchLine({
    clock,
    driver,
    memory: rememberingNothing({ azimuth: deg(180), elevation: deg(45) }),
    open: async () => {
      const port = await station.openSerialPort()
      return port.ok
        ? ok(streamOfOpenPort(port.value, { description: 'simulated', provenance: 'simulated' }))
        : port
    },
  })
  const antenna = createMovingAntenna({
    clock,
    log: silentLog,
    driver,
    envelope: { mount },
    open: watch.open,
    memory: watch.memory,
  })
  const looks = createPowerLooks({
    heardAs: source.heardAs,
    ...(beacon === undefined ? {} : { spreadingAt: beacon.spreadingAt }),
  })
  const receiver = createReceiver({
    clock,
    open: station.openReceiver,
    log: silentLog,
    gain: 30,
    lookPeriod: ms(200),
    onLook: looks.take,
  })
  const connecting = Promise.all([antenna.connect(), receiver.connect()])
  await clock.advance(ms(4_000))
  const [moving, hearing] = await connecting
  unwrap(moving)
  unwrap(hearing)
  const listening = receiver.listen({
    centre: FREQUENCY,
    dopplerMax: hz(beacon === undefined ? 0 : 12_000),
    searchHalfWidth: hz(beacon === undefined ? 50_000 : 5_000),
    expectedAt: beacon?.expectedAt ?? (() => ({ frequency: FREQUENCY, sweepHzPerSec: 0 })),
  })
  await clock.advance(ms(1_000))
  unwrap(await listening)
  const bench = createTestBench({
    clock,
    antenna,
    mount,
    driver,
    watch,
    stopAsked: new AbortController().signal,
  })
  const envelope: Envelope = { mount, turnChoice: 'host' }
  const plan = unwrap(planScan(envelope, { source, atUtcMs: clock.utcNow() }))
  let result: Result<ScanResult, Fault> | undefined
  void runScan(bench, { source, plan, looksSince: looks.since, onProgress: () => {} }).then((outcome) => {
    result = outcome
  })
  for (let spent = 0; result === undefined && spent < 900; spent += 1) await clock.advance(ms(1_000))
  const ending = Promise.all([antenna.close(), receiver.close()])
  await clock.advance(ms(60_000))
  await ending
  invariant(result, 'it ends')
  return result
}

describe('azel calibrate antenna --sun', () => {
  it('finds how far the beam of a crooked mast is off, with its play and its width, in the noise of the simulated Sun', async () => {
    const misalignment = {
      azimuthOffsetDeg: 4,
      elevationOffsetDeg: -2,
      tiltNorthDeg: 0,
      tiltEastDeg: 0,
      sagDeg: 0,
    }
    const { fit, sky } = unwrap(await scanOf({ source: sun(), startUtc: daytime() }, misalignment))
    const cross = 4 * Math.cos(sky.elevation * RAD)
    expect(Math.abs(fit.crossElevationDeg.value - cross)).toBeLessThan(4 * fit.crossElevationDeg.sigma)
    expect(Math.abs(fit.elevationDeg.value + 2)).toBeLessThan(4 * fit.elevationDeg.sigma)
    expect(fit.crossElevationDeg.sigma).toBeLessThan(0.3)
    expect(Math.abs(fit.beamWidthDeg.value - BEAM_DEG)).toBeLessThan(4 * fit.beamWidthDeg.sigma)
    // The readings are on the motors' side of gears with 0.5° and 0.4° of play.
    expect(Math.abs((fit.playDeg?.elevation.value ?? 99) - 0.4)).toBeLessThan(
      4 * (fit.playDeg?.elevation.sigma ?? 0),
    )
  })

  it('finds the same in the carrier of a satellite that goes by, whatever its distance', async () => {
    const misalignment = { ...WELL_ALIGNED, azimuthOffsetDeg: 4, elevationOffsetDeg: -2 }
    const motion = unwrap(createPropagator(ISS))
    const look = createLook({ motion, site: SITE })
    const doppler = createDoppler({ motion, site: SITE, transmitFrequency: FREQUENCY })
    const source: ScanSource = {
      name: 'ISS',
      heardAs: 'carrier',
      lookAt: (at) => {
        const angles = look(at)
        return angles.ok ? { azimuth: angles.value.azimuth, elevation: angles.value.elevation } : undefined
      },
    }
    const beacon = {
      spreadingAt: (at: UtcMs): number => ((unwrap(doppler(at)).lightTime * 299.792458) / 1_000) ** 2,
      expectedAt: (at: UtcMs) => {
        const { frequency, rate } = unwrap(doppler(at))
        return { frequency, sweepHzPerSec: rate }
      },
    }
    // The next pass that is neither flat nor through the zenith.
    const elevationAt = (at: number): number => source.lookAt(utcMs(at))?.elevation ?? -90
    let top: number = MID_PASS + 1_200_000
    while (
      !(
        elevationAt(top) > 35 &&
        elevationAt(top) < 65 &&
        elevationAt(top - 10_000) < elevationAt(top) &&
        elevationAt(top + 10_000) < elevationAt(top)
      )
    ) {
      top += 10_000
    }
    const startUtc = utcMs(top - 200_000)
    const { fit, samples } = unwrap(await scanOf({ source, startUtc, beacon }, misalignment))
    // The satellite climbs meanwhile, and with it what an azimuth offset is on the sky.
    const cosines = samples.map((sample) => Math.cos(sample.source.elevation * RAD))
    const low = 4 * Math.min(...cosines)
    const high = 4 * Math.max(...cosines)
    expect(fit.crossElevationDeg.value).toBeGreaterThan(low - 4 * fit.crossElevationDeg.sigma)
    expect(fit.crossElevationDeg.value).toBeLessThan(high + 4 * fit.crossElevationDeg.sigma)
    expect(Math.abs(fit.elevationDeg.value + 2)).toBeLessThan(4 * fit.elevationDeg.sigma)
    expect(Math.abs(fit.beamWidthDeg.value - BEAM_DEG)).toBeLessThan(2)
    expect(fit.contrast).toBe(Number.POSITIVE_INFINITY)
  })

  it('lists the motions of a scan with their times, its source going on meanwhile', () => {
    const mount = mountOf(1)
    // A degree of azimuth a minute, across north.
    const source: ScanSource = {
      name: 'a beacon',
      heardAs: 'carrier',
      lookAt: (at) => ({ azimuth: deg(350 + (at - NOON) / 60_000), elevation: deg(40) }),
    }
    const plan = unwrap(planScan({ mount, turnChoice: 'host' }, { source, atUtcMs: NOON }))
    const from = { azimuth: deg(200), elevation: deg(40) }
    const legs = scanLegs(plan, { source, mount, from, atUtcMs: NOON })
    expect(legs.map(({ what, places }) => [what, places])).toEqual([
      ['to the first place', 0],
      ['azimuth cut, to the right', 11],
      ['azimuth cut, back to the left', 11],
      ['elevation cut, up', 11],
      ['elevation cut, back down', 11],
    ])
    const [way, right, left, up, down] = legs
    // 1.4 widths of a beam of 20° on the sky, at elevation 40.
    const reach = 28 / Math.cos(40 * RAD)
    expect(way?.to.azimuth).toBeCloseTo(350 - reach, 6)
    expect(way?.seconds).toBeGreaterThan((150 - reach) / 6)
    expect(right?.from.azimuth).toBeCloseTo(350 - reach + (way?.seconds ?? 0) / 60, 6)
    expect(right?.to.azimuth).toBeCloseTo(
      reach - 10 + ((right?.beginsUtcMs ?? 0) - NOON) / 60_000 + (10 / 11) * ((right?.seconds ?? 0) / 60),
      6,
    )
    expect([up?.from.elevation, up?.to.elevation, down?.from.elevation, down?.to.elevation]).toEqual([
      12, 68, 68, 12,
    ])
    // One behind the other, and in all as long as the plan says.
    for (const [index, leg] of legs.entries()) {
      const next = legs[index + 1]
      if (next !== undefined) expect(next.beginsUtcMs).toBeCloseTo(leg.beginsUtcMs + leg.seconds * 1_000, 3)
    }
    expect(legs.slice(1).reduce((sum, leg) => sum + leg.seconds, 0)).toBeCloseTo(plan.seconds, 6)
    expect(left?.places).toBe(11)
    expect(scanLegLines(legs)[2]).toMatch(
      /^ {2}12:00:\d\dZ {2}azimuth cut, to the right {6}11 places {2}31\d\.\d°, 40\.0° to {2}\d\d\.\d°, 40\.0° {2}\(\d+ s\)$/,
    )
  })

  it('says where it would scan, what is left out of the cross, and refuses where the Sun is forbidden', () => {
    const mount = mountOf(1)
    const source = (azimuth: number, elevation: number): ScanSource => ({
      name: 'the Sun',
      heardAs: 'noise',
      lookAt: () => ({ azimuth: deg(azimuth), elevation: deg(elevation) }),
    })
    const plan = (from: ScanSource, more: Partial<Envelope> = {}) =>
      planScan({ mount, turnChoice: 'host', ...more }, { source: from, atUtcMs: NOON })
    const whole = unwrap(plan(source(150, 40)))
    expect(whole.points).toHaveLength(44)
    expect(whole.remarks).toEqual([])
    expect(whole.seconds).toBeLessThan(400)
    const low = unwrap(plan(source(150, 12)))
    expect(low.points.length).toBeLessThan(44)
    expect(low.remarks[0]).toMatch(
      /^3 places of the cut in elevation are left out: .*outside the antenna's range/,
    )
    const masked = plan(source(150, 12), { minimumElevationAt: () => deg(20) })
    expect(masked.ok || masked.error.code).toBe('motion.masked')
    const tooHigh = plan(source(150, 85))
    expect(tooHigh.ok || tooHigh.error.message).toMatch(/nearer than 10° to the zenith/)
    const window = {
      name: 'window',
      azimuthFrom: deg(140),
      azimuthTo: deg(160),
      elevationFrom: deg(30),
      elevationTo: deg(50),
    }
    const kept = plan(source(150, 40), { keepOut: [window] })
    expect(kept.ok || kept.error.code).toBe('motion.kept-out')
    const brief = planScan(
      { mount, turnChoice: 'host' },
      { source: source(150, 40), atUtcMs: NOON, losUtcMs: utcMs(NOON + 60_000) },
    )
    expect(brief.ok || brief.error.message).toMatch(/^the Sun sets at .*, before a cross of \d+ min is done$/)
    const tooLittle = plan(source(150, 21), { minimumElevationAt: () => deg(20) })
    expect(tooLittle.ok || tooLittle.error.message).toMatch(
      /^Too little of the cut in elevation is allowed: /,
    )
  })
})
