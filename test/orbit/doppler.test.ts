import { describe, expect, test } from 'vitest'
import { unwrap } from '../../src/kernel/result.ts'
import { type UtcMs, utcMs } from '../../src/kernel/time.ts'
import { hz, SPEED_OF_LIGHT_KM_PER_SEC } from '../../src/kernel/units.ts'
import { createDoppler } from '../../src/orbit/doppler.ts'
import { earthRotationAt, fixedPointToTeme } from '../../src/orbit/frames.ts'
import { createTopocentricFrame } from '../../src/orbit/look.ts'
import { fixture, ISS, propagatorOf, siteAt, utc } from './fixtures.ts'

const site = siteAt(51.5, -0.1275, 50)
const propagator = propagatorOf(ISS)
const transmitFrequency = hz(437.8e6)
const doppler = createDoppler({ motion: propagator, site, transmitFrequency })
const passRows = fixture('orbit/look-1hz-25544-mid51.csv').trim().split('\n').slice(1)

// The light time by halving, from positions alone: nothing shared with the formula under test.
const lightTimeSec = (receivedAt: UtcMs): number => {
  const ground = fixedPointToTeme(createTopocentricFrame(site).position, earthRotationAt(receivedAt)).position
  let low = 0
  let high = 0.1
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2
    const { position } = unwrap(propagator.propagate(utcMs(receivedAt - middle * 1000)))
    const distance = Math.hypot(position.x - ground.x, position.y - ground.y, position.z - ground.z)
    if (distance > middle * SPEED_OF_LIGHT_KM_PER_SEC) low = middle
    else high = middle
  }
  return (low + high) / 2
}

describe('one-way Doppler with light time', () => {
  test('is the transmitted frequency times one minus the derivative of the light time', () => {
    for (let second = 10; second < 650; second += 40) {
      const at = utcMs(utc('2026-08-23T05:19:08Z') + second * 1000)
      const slope = (lightTimeSec(utcMs(at + 250)) - lightTimeSec(utcMs(at - 250))) / 0.5
      const received = unwrap(doppler(at))
      // SGP4's velocity differs from the derivative of its positions by 1e-5 km/s, 0.015 Hz here; the grain of the
      // time stamps does the rest.
      expect(Math.abs(received.frequency - transmitFrequency * (1 - slope))).toBeLessThan(0.05)
      expect(received.lightTime / 1000).toBeCloseTo(lightTimeSec(at), 9)
    }
  })

  test('is above while it comes and below while it goes, as the range rate of the reference says', () => {
    for (const row of passRows) {
      const [at = '', , , , rangeRate] = row.split(',')
      const received = unwrap(doppler(utc(at)))
      const firstOrder = transmitFrequency * (1 - Number(rangeRate) / SPEED_OF_LIGHT_KM_PER_SEC)
      // Light time and the second order of v/c make less than 2 Hz of it, and the shift is up to 10 kHz.
      expect(Math.abs(received.frequency - firstOrder)).toBeLessThan(2)
      expect(Math.sign(received.frequency - transmitFrequency)).toBe(-Math.sign(Number(rangeRate)))
    }
  })

  test('its rate is its derivative', () => {
    for (let second = 10; second < 650; second += 20) {
      const at = utcMs(utc('2026-08-23T05:19:08Z') + second * 1000)
      const before = unwrap(doppler(utcMs(at - 30))).frequency
      const after = unwrap(doppler(utcMs(at + 30))).frequency
      const { rate } = unwrap(doppler(at))
      expect(Math.abs(rate - (after - before) / 0.06)).toBeLessThan(0.02)
      expect(rate).toBeLessThan(0)
    }
  })

  test('hands on the fault of an object that cannot be predicted', () => {
    expect(doppler(utcMs(Number.NaN))).toMatchObject({ ok: false, error: { code: 'orbit.propagation' } })
  })
})
