import { describe, expect, it } from 'vitest'
import { createSimulatedStation } from '../../hardware-sim/station/station.ts'
import { type AzEl, greatCircleSeparation } from '../../src/kernel/angle.ts'
import type { Log } from '../../src/kernel/log.ts'
import { createRandom } from '../../src/kernel/random.ts'
import { ok, unwrap } from '../../src/kernel/result.ts'
import { utcPlus } from '../../src/kernel/time.ts'
import { deg, degPerSec, ms } from '../../src/kernel/units.ts'
import { createVirtualClock } from '../../src/kernel/virtual-clock.ts'
import type { AzElMount } from '../../src/pointing/mount.ts'
import { findDriver } from '../../src/rotator/registry.ts'
import { streamOfOpenPort } from '../../src/rotator/serial-byte-stream.ts'
import { correctAntenna } from '../../src/station/corrected-antenna.ts'
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

const corrected = async (elevationMaximum = 90) => {
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
  }
  const warnings: string[] = []
  const log: Log = { info: () => {}, warn: (text) => warnings.push(text), fault: () => {} }
  const antenna = correctAntenna(
    createMovingAntenna({
      clock,
      log,
      driver: unwrap(findDriver('gs232b')),
      envelope: { mount },
      open: async () => {
        const port = await station.openSerialPort()
        return port.ok
          ? ok(streamOfOpenPort(port.value, { description: 'simulated', provenance: 'simulated' }))
          : port
      },
    }),
    { name: 'pointing model of today', model: MODEL, provenance: 'simulated' },
    log,
  )
  const connecting = antenna.connect()
  await clock.advance(ms(5_000))
  unwrap(await connecting)
  const close = async (): Promise<void> => {
    const closing = antenna.close()
    await clock.advance(ms(60_000))
    await closing
  }
  return { clock, station, antenna, warnings, close }
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

  it('says at once how far it would be off over its back, and nothing where it cannot go there', async () => {
    const over = await corrected(180)
    expect(over.warnings[0]).toMatch(/over its back the antenna points up to 8\.0° beside/)
    await over.close()
    const front = await corrected()
    expect(front.warnings).toEqual([])
    await front.close()
  })
})
