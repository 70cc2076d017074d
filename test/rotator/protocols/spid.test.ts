import { describe, expect, it } from 'vitest'
import type { PulseScale, RotatorDriver } from '../../../src/rotator/driver.ts'
import { md01 } from '../../../src/rotator/protocols/md01.ts'
import { rot1prog } from '../../../src/rotator/protocols/rot1prog.ts'
import { rot2prog } from '../../../src/rotator/protocols/rot2prog.ts'
import { at, hexOf, oursFor, transcriptsOf } from './transcripts.ts'

const STATUS = '57 00 00 00 00 00 00 00 00 00 00 1f 20'
const bytes = (hex: string): string =>
  hex
    .split(' ')
    .map((byte) => String.fromCharCode(Number.parseInt(byte, 16)))
    .join('')

// Where cutting off and rounding to the nearest pulse part: Hamlib is up to a whole step short of what was asked.
const ROUNDED: Readonly<Record<string, string>> = {
  '901 P 123.4 45.6': '57 30 39 36 37 02 30 38 31 31 02 2f 20',
  '901 P 359.9 89.96': '57 31 34 34 30 02 30 39 30 30 02 2f 20',
  '903 P 359.9 89.96': '57 37 31 39 39 0a 34 35 30 30 0a 2f 20',
}

const models: readonly {
  readonly driver: RotatorDriver
  readonly model: number
  readonly scale?: PulseScale
}[] = [
  { driver: rot1prog, model: 902 },
  { driver: rot2prog, model: 901, scale: { azimuthPerDegree: 2, elevationPerDegree: 2 } },
  { driver: md01, model: 903, scale: { azimuthPerDegree: 10, elevationPerDegree: 10 } },
]

describe.each(models)('the $driver.capabilities.name driver', ({ driver, model, scale }) => {
  it.each(transcriptsOf(model))("writes the bytes of Hamlib's rotctl for $command", ({ command, frames }) => {
    // Hamlib asks for the pulses before each set; ours has them from the last reading.
    const theirs = frames.map((list) =>
      command.startsWith('P') ? list.filter((one) => one !== STATUS) : list,
    )
    const rounded = ROUNDED[`${model} ${command}`]
    expect(oursFor(driver, command, scale)[0]).toEqual(rounded === undefined ? theirs[0] : [rounded])
  })

  it('takes no motion that its digits do not hold', () => {
    for (const [azimuth, elevation] of [
      [541, 0],
      [-181, 0],
      [1e9, 0],
      [Number.NaN, 0],
    ] as const) {
      expect(driver.encodeMoveTo(at(azimuth, elevation), scale)).toMatchObject({
        ok: false,
        error: { code: 'motion.outside-envelope' },
      })
    }
  })
})

describe('SPID replies', () => {
  it('of the Rot1Prog are five bytes with whole degrees', () => {
    expect(rot1prog.parse(bytes('57 03 07 02 20'))).toEqual({
      kind: 'position',
      azimuth: 12,
      elevation: undefined,
    })
    for (const noise of ['57 33 37 32 20', '57 0a 00 00 20', '57 09 09 09 20']) {
      expect(rot1prog.parse(bytes(noise))).toEqual({ kind: 'unknown' })
    }
  })

  it.each([rot2prog, md01])('of the $capabilities.name are twelve with tenths and the pulses', (driver) => {
    // The example of LA6YKA's description: 372.5 and 399.5, less 360.
    expect(driver.parse(bytes('57 03 07 02 05 02 03 09 09 05 02 20'))).toEqual({
      kind: 'position',
      azimuth: 12.5,
      elevation: 39.5,
      scale: { azimuthPerDegree: 2, elevationPerDegree: 2 },
    })
    expect(driver.parse(bytes('57 04 08 03 04 0a 03 06 00 00 0a 20'))).toMatchObject({ azimuth: 123.4 })
    for (const noise of [
      // Digits in ASCII: our own set, echoed and cut.
      '57 30 39 36 37 02 30 38 31 31 02 20',
      // No pulses at all.
      '57 03 07 02 05 00 03 09 09 05 00 20',
    ]) {
      expect(driver.parse(bytes(noise))).toEqual({ kind: 'unknown' })
    }
  })

  it('come before a motion: the pulses are not guessed', () => {
    expect(rot2prog.encodeMoveTo(at(10, 10))).toMatchObject({ ok: false, error: { code: 'motion.stale' } })
  })

  it('with many pulses leave no room for far angles, which is said', () => {
    const scale = { azimuthPerDegree: 100, elevationPerDegree: 10 }
    expect(md01.encodeMoveTo(at(10, 10), scale)).toMatchObject({
      ok: false,
      error: { code: 'motion.outside-envelope' },
    })
  })

  it('are asked for by frames of thirteen bytes', () => {
    for (const driver of [rot1prog, rot2prog, md01]) {
      expect(hexOf(driver.queries.flatMap(({ frames }) => frames.map((frame) => frame.bytes)))).toEqual([
        STATUS,
      ])
    }
  })
})
