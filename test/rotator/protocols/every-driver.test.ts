import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import type { RotatorDriver } from '../../../src/rotator/driver.ts'
import { driverNames, findDriver } from '../../../src/rotator/registry.ts'
import { at } from './transcripts.ts'

const drivers: readonly { readonly name: string; readonly driver: RotatorDriver }[] = driverNames().map(
  (name) => ({ name, driver: unwrap(findDriver(name)) }),
)
const scale = { azimuthPerDegree: 2, elevationPerDegree: 2 }

describe.each(drivers)('the driver $name', ({ driver }) => {
  const { capabilities } = driver
  const { azimuthRange, elevationRange } = capabilities

  it('contradicts itself nowhere', () => {
    expect(driver.queries.length > 0).toBe(capabilities.readBack)
    expect(driver.queries[0]?.onlyIfHeard ?? false).toBe(false)
    expect(azimuthRange.maximum).toBeGreaterThan(azimuthRange.minimum)
    expect(capabilities.serial ?? capabilities.tcpPort).toBeDefined()
    expect(driver.encodeStop().length).toBeGreaterThan(0)
    // Each poll has time for its answer, so that a late one is not the rule.
    const { replyTimeout, pollPeriod, missedPollsMax } = capabilities
    expect(missedPollsMax * Math.max(replyTimeout, pollPeriod)).toBeLessThanOrEqual(10_000)
  })

  it('gives an answer the time that it takes at the slowest of its speeds, and polls no faster', () => {
    const { serial, framing, replyTimeout, pollPeriod } = capabilities
    if (serial === undefined) return
    const answerBytes = framing.kind === 'packets' ? framing.length : 20
    for (const { bytes } of driver.queries.flatMap(({ frames }) => frames)) {
      const lineMs = (10_000 * (bytes.length + answerBytes)) / Math.min(...serial.baudRates)
      // A quarter is for the controller to think.
      expect(1.25 * lineMs).toBeLessThanOrEqual(Math.min(replyTimeout, pollPeriod))
    }
  })

  it('puts any direction in its range into few short frames', () => {
    fc.assert(
      fc.property(
        fc.double({ min: azimuthRange.minimum, max: azimuthRange.maximum, noNaN: true }),
        fc.double({ min: elevationRange.minimum, max: elevationRange.maximum, noNaN: true }),
        (azimuth, elevation) => {
          const frames = unwrap(driver.encodeMoveTo(at(azimuth, elevation), scale))
          expect(frames.length).toBeGreaterThan(0)
          expect(frames.reduce((sum, frame) => sum + frame.length, 0)).toBeLessThanOrEqual(64)
          expect(String.fromCharCode(...frames.flatMap((frame) => [...frame]))).not.toMatch(
            /NaN|Inf|e[+-]?\d/,
          )
        },
      ),
      { seed: 3, numRuns: 200 },
    )
  })

  it('refuses what the protocol cannot express', () => {
    for (const [azimuth, elevation] of [
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 0],
      [azimuthRange.maximum + 1, 0],
      [azimuthRange.minimum - 1, 0],
      [1e9, 1e9],
    ] as const) {
      expect(driver.encodeMoveTo(at(azimuth, elevation), scale)).toMatchObject({
        ok: false,
        error: { code: 'motion.outside-envelope' },
      })
    }
    if (capabilities.axes === 'azimuth') return
    for (const elevation of [Number.NaN, elevationRange.maximum + 1, elevationRange.minimum - 1]) {
      expect(driver.encodeMoveTo(at(0, elevation), scale)).toMatchObject({
        ok: false,
        error: { code: 'motion.outside-envelope' },
      })
    }
  })

  it('makes a finite position, or none, of whatever comes', () => {
    const likely = fc.constantFrom(
      'AZ',
      'EL',
      '=',
      ' ',
      '+0',
      '?>',
      '12',
      '.',
      '-',
      ';',
      'GS',
      'W',
      'RPRT ',
      ': ',
    )
    const frame = fc.oneof(
      fc
        .array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
        .map((bytes) => String.fromCharCode(...bytes)),
      fc.array(likely, { maxLength: 12 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(frame, (text) => {
        const reply = driver.parse(text)
        if (reply.kind === 'position') {
          for (const angle of [reply.azimuth, reply.elevation]) {
            if (angle !== undefined) expect(Math.abs(angle)).toBeLessThanOrEqual(9_999)
          }
        }
        if (reply.kind === 'angle') expect(Number.isFinite(reply.angle)).toBe(true)
      }),
      { seed: 4, numRuns: 2_000 },
    )
  })
})
