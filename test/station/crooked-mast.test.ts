import { describe, expect, it } from 'vitest'
import { createSimulatedStation } from '../../hardware-sim/station/station.ts'
import { type AzEl, greatCircleSeparation } from '../../src/kernel/angle.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { ok, unwrap } from '../../src/kernel/result.ts'
import { utcPlus } from '../../src/kernel/time.ts'
import { deg, degPerSec, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import { depthInSector } from '../../src/pointing/keep-out.ts'
import type { Envelope } from '../../src/pointing/motion-gate.ts'
import { type AzElMount, skyDirection } from '../../src/pointing/mount.ts'
import { findDriver } from '../../src/rotator/registry.ts'
import { streamOfOpenPort } from '../../src/rotator/serial-byte-stream.ts'
import { createMovingAntenna } from '../../src/station/moving-antenna.ts'
import { MID_PASS, SITE } from '../hardware-sim/iss.ts'

const at = (azimuth: number, elevation: number): AzEl => ({
  azimuth: deg(azimuth),
  elevation: deg(elevation),
})
const MISALIGNED = {
  azimuthOffsetDeg: 7,
  elevationOffsetDeg: -3,
  tiltNorthDeg: 2,
  tiltEastDeg: -1,
  sagDeg: 1,
}
const MODEL = {
  azimuthOffset: deg(7),
  elevationOffset: deg(-3),
  tiltNorth: deg(2),
  tiltEast: deg(-1),
  sag: deg(1),
}

const corrected = async (elevationMaximum = 90, around: Omit<Envelope, 'mount'> = {}) => {
  const clock = createVirtualClock({ startUtc: MID_PASS })
  const station = unwrap(
    createSimulatedStation({
      clock,
      random: createRandom(1),
      site: SITE,
      elementSets: [],
      transmitters: [],
      misalignment: MISALIGNED,
    }),
  )
  const mount: AzElMount = {
    kind: 'azel',
    azimuth: { minimum: deg(0), maximum: deg(450), slewRate: degPerSec(6) },
    elevation: { minimum: deg(0), maximum: deg(elevationMaximum), slewRate: degPerSec(2.7) },
    park: at(180, 45),
    beamWidth: deg(20),
    resolution: deg(1),
    pointing: MODEL,
  }
  const antenna = createMovingAntenna({
    clock,
    log: silentLog,
    driver: unwrap(findDriver('gs232b')),
    envelope: { mount, ...around },
    open: async () => {
      const port = await station.openSerialPort()
      return port.ok
        ? ok(streamOfOpenPort(port.value, { description: 'simulated', provenance: 'simulated' }))
        : port
    },
  })
  const connecting = antenna.connect()
  await clock.advance(ms(5_000))
  unwrap(await connecting)
  const close = async (): Promise<void> => {
    const closing = antenna.close()
    await clock.advance(ms(60_000))
    await closing
  }
  return { clock, station, antenna, close }
}

describe('an antenna with a correction in use', () => {
  it.each([at(100, 30), at(350, 20), at(10, 60), at(250, 5)])(
    'looks where it is told although its mast is crooked, and says where it looks (%o)',
    async (direction) => {
      const { clock, station, antenna, close } = await corrected()
      unwrap(antenna.pointAt(direction, 'operator'))
      await clock.advance(ms(90_000))
      const beam = station.plant.boresightAt(clock.monoNow())
      // Half a step of the controller in each axis, half of the play, and where the servo lands.
      expect(greatCircleSeparation(beam, direction)).toBeLessThan(1.3)
      const { reported } = antenna.status()
      expect(reported && greatCircleSeparation(reported, beam)).toBeLessThan(1.3)
      await close()
    },
  )

  it('follows a path on the sky with its beam', async () => {
    const { clock, station, antenna, close } = await corrected()
    const aosUtc = utcPlus(clock.utcNow(), ms(60_000))
    const losUtc = utcPlus(aosUtc, ms(240_000))
    const lookAt = (utc: number): AzEl => at(120 + (utc - aosUtc) / 2_000, 15 + (utc - aosUtc) / 6_000)
    unwrap(antenna.follow({ id: 'test', aosUtc, losUtc, lookAt }))
    await clock.advance(ms(70_000))
    let worst = 0
    for (let second = 0; second < 220; second += 5) {
      await clock.advance(ms(5_000))
      if (clock.utcNow() > losUtc) break
      worst = Math.max(
        worst,
        greatCircleSeparation(station.plant.boresightAt(clock.monoNow()), lookAt(clock.utcNow())),
      )
    }
    expect(worst).toBeGreaterThan(0)
    expect(worst).toBeLessThan(2.5)
    await close()
  })

  it('looks where it is told over its back, too, where an offset of the elevation counts the other way', async () => {
    const { clock, station, antenna, close } = await corrected(180)
    const direction = at(200, 115)
    unwrap(antenna.pointAt(direction, 'operator'))
    await clock.advance(ms(90_000))
    const beam = station.plant.boresightAt(clock.monoNow())
    expect(station.plant.axisAt(clock.monoNow(), 'elevation')?.antenna).toBeGreaterThan(90)
    expect(greatCircleSeparation(beam, at(20, 65))).toBeLessThan(1.3)
    const { reported } = antenna.status()
    expect(reported && greatCircleSeparation(skyDirection(reported), beam)).toBeLessThan(1.3)
    await close()
  })

  it('keeps its beam, and not the figures of its axes, out of a sector and above the skyline', async () => {
    const sector = {
      name: 'neighbour',
      azimuthFrom: deg(100),
      azimuthTo: deg(130),
      elevationFrom: deg(0),
      elevationTo: deg(30),
    }
    const { clock, station, antenna, close } = await corrected(90, {
      keepOut: [sector],
      minimumElevationAt: () => deg(6),
    })
    const worst = { intrusion: 0, below: 0 }
    for (const direction of [at(97, 15), at(135, 12), at(60, 40), at(200, 7)]) {
      antenna.pointAt(direction, 'operator')
      for (let second = 0; second < 80; second += 1) {
        await clock.advance(ms(1_000))
        const beam = station.plant.boresightAt(clock.monoNow())
        worst.intrusion = Math.max(worst.intrusion, depthInSector(sector, beam))
        worst.below = Math.max(worst.below, 6 - beam.elevation)
      }
    }
    expect(greatCircleSeparation(station.plant.boresightAt(clock.monoNow()), at(200, 7))).toBeLessThan(1.3)
    expect(worst.intrusion).toBe(0)
    // A step of the controller, and where its servo lands.
    expect(worst.below).toBeLessThan(1.5)
    expect(antenna.pointAt(at(115, 15), 'operator')).toMatchObject({
      ok: false,
      error: { code: 'motion.kept-out' },
    })
    await close()
  })
})
