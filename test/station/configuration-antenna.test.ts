import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../../src/station/configuration/load.ts'

const example = readFileSync(new URL('../../config/azel.example.yaml', import.meta.url), 'utf8')
const PARK = '  park: { azimuthDeg: 0, elevationDeg: 90 }\n'

/** What is wrong with the example when the antenna has these lines more, or another resting place. */
const problemsWith = (lines: string, park = PARK): readonly string[] => {
  const outcome = parseConfiguration(example.replace(PARK, `${park}${lines}`), 'azel.yaml')
  return outcome.ok ? [] : outcome.error.problems.map(({ path, problem }) => `${path}: ${problem}`)
}

describe('the safe places of an antenna in the configuration', () => {
  it('takes keep-out sectors, a stow position, inputs and a cut-off', () => {
    expect(example).toContain(PARK)
    expect(
      problemsWith(`  keepOut:
    - { name: mast, azimuthFromDeg: 350, azimuthToDeg: 10, elevationToDeg: 60 }
  stow: { azimuthDeg: 90, elevationDeg: 90 }
  lockOutInputs:
    - { kind: wind, file: /sys/class/gpio/gpio17/value }
  cutOff: { file: /sys/class/gpio/gpio27/value }
`),
    ).toEqual([])
  })

  it('refuses places of rest that are out of range or in a keep-out sector', () => {
    expect(problemsWith('  stow: { azimuthDeg: 500, elevationDeg: 90 }\n')).toEqual([
      'antenna.stow.azimuthDeg: the stow position 500° is outside the azimuth limits 0° to 450°',
    ])
    expect(problemsWith('', PARK.replace('azimuthDeg: 0', 'azimuthDeg: 470'))).toEqual([
      'antenna.park.azimuthDeg: the park position 470° is outside the azimuth limits 0° to 450°',
    ])
    const window = '  keepOut: [{ name: window, azimuthFromDeg: 350, azimuthToDeg: 10 }]\n'
    expect(problemsWith(window, PARK.replace('90', '20'))).toEqual([
      'antenna.park: the park position looks into the keep-out sector "window"',
    ])
  })

  it('wants a text for free that is another than the one that locks', () => {
    expect(problemsWith('  lockOutInputs: [{ kind: wind, file: /x, lockedWhen: "0" }]\n')).toEqual([
      'antenna.lockOutInputs.0.freeWhen: it must differ from lockedWhen (a switch that locks at "0" is free at "1"), not be "0" too',
    ])
    expect(
      problemsWith('  lockOutInputs: [{ kind: wind, file: /x, lockedWhen: "0", freeWhen: "1" }]\n'),
    ).toEqual([])
  })

  it('refuses a range in which a controller without sign cannot tell one turn from the other', () => {
    const withRange = (range: string, driver = 'gs232b'): readonly string[] => {
      const text = example
        .replace('driver: gs232b', `driver: ${driver}`)
        .replace('minimumDeg: 0, maximumDeg: 450', range)
      const outcome = parseConfiguration(text, 'azel.yaml')
      return outcome.ok ? [] : outcome.error.problems.map(({ path, problem }) => `${path}: ${problem}`)
    }
    expect(withRange('minimumDeg: -160, maximumDeg: 290')).toEqual([
      'antenna.azimuth.minimumDeg: Yaesu GS-232B has no sign: it cannot tell -160° from 200°. Give a range of at most 360°, or one that does not begin below 0, not -160° to 290°',
    ])
    expect(withRange('minimumDeg: -180, maximumDeg: 450', 'gs232a')).toHaveLength(1)
    expect(withRange('minimumDeg: -180, maximumDeg: 450', 'easycomm2')).toEqual([])
    expect(withRange('minimumDeg: -180, maximumDeg: 180')).toEqual([])
    expect(withRange('minimumDeg: 0, maximumDeg: 450')).toEqual([])
  })

  it('refuses a line on which answers come too late', () => {
    const at = (baudRate: number) => parseConfiguration(example.replace('9600', `${baudRate}`), 'azel.yaml')
    expect(at(600).ok).toBe(true)
    const slow = at(150)
    expect(slow.ok ? [] : slow.error.problems).toMatchObject([{ path: 'antenna.rotator.baudRate' }])
  })

  it('wants one elevation for a controller that turns the azimuth alone', () => {
    const azimuthOnly = (elevation: string): readonly string[] => {
      const text = example
        .replace('driver: gs232b', 'driver: rt21')
        .replace('minimumDeg: 0, maximumDeg: 180', elevation)
        .replace('maximumDeg: 450', 'maximumDeg: 360')
        .replace(PARK, PARK.replace('90', '30'))
      const outcome = parseConfiguration(text, 'azel.yaml')
      return outcome.ok ? [] : outcome.error.problems.map(({ path, problem }) => `${path}: ${problem}`)
    }
    expect(azimuthOnly('minimumDeg: 0, maximumDeg: 90')).toEqual([
      'antenna.elevation.maximumDeg: Green Heron RT-21 turns the azimuth alone: give both limits the elevation at which the antenna is fixed',
    ])
    expect(azimuthOnly('minimumDeg: 30, maximumDeg: 30')).toEqual([])
  })

  it('takes a sector for all round where that is said, and never by a slip', () => {
    const sector = (from: number, to: number): readonly string[] =>
      problemsWith(
        `  keepOut: [{ name: a, azimuthFromDeg: ${from}, azimuthToDeg: ${to}, elevationToDeg: 10 }]\n`,
      )
    expect(sector(0, 360)).toEqual([])
    expect(sector(350, 10)).toEqual([])
    for (const [from, to] of [
      [120, 120],
      [0, 0],
      [360, 360],
      [360, 0],
    ] as const) {
      expect(sector(from, to)).toEqual([
        `antenna.keepOut.0.azimuthToDeg: from ${from}° to ${to}° is no sector; for all round write from 0 to 360`,
      ])
    }
  })

  it('refuses a sector without height, an input of an unknown kind, settings that are none', () => {
    expect(
      problemsWith(
        '  keepOut: [{ name: a, azimuthFromDeg: 0, azimuthToDeg: 10, elevationFromDeg: 30, elevationToDeg: 20 }]\n',
      ),
    ).toEqual(['antenna.keepOut.0.elevationToDeg: it must be above elevationFromDeg (30°), not 20°'])
    expect(problemsWith('  lockOutInputs: [{ kind: rain, file: /x }]\n').join()).toMatch(
      /antenna\.lockOutInputs/,
    )
    expect(problemsWith('  stowe: { azimuthDeg: 90, elevationDeg: 90 }\n').join()).toMatch(
      /did you mean "stow"/,
    )
  })
})
