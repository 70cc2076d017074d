import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../src/kernel/result.ts'
import { deg } from '../../../src/kernel/units.ts'
import { gs232b } from '../../../src/rotator/protocols/gs232b.ts'

const fixture: {
  readonly transcripts: readonly { readonly cmd: string; readonly hostToDevice: readonly string[] }[]
} = JSON.parse(readFileSync(new URL('../../fixtures/rotator/hamlib-603.json', import.meta.url), 'utf8'))

const hex = (frames: readonly Uint8Array[]): string[] =>
  frames.map((frame) => Array.from(frame, (byte) => byte.toString(16).padStart(2, '0')).join(' '))
const moveTo = (azimuth: number, elevation: number) =>
  gs232b.encodeMoveTo({ azimuth: deg(azimuth), elevation: deg(elevation) })

describe('the GS-232B driver', () => {
  for (const { cmd, hostToDevice } of fixture.transcripts) {
    it(`writes the bytes of Hamlib's rotctl for "${cmd}"`, () => {
      const [verb, azimuth, elevation] = cmd.split(' ')
      if (verb === 'P') {
        expect(hex(unwrap(moveTo(Number(azimuth), Number(elevation))))).toEqual(hostToDevice)
      } else if (verb === 'S') {
        expect(hex(gs232b.encodeStop())).toEqual(hostToDevice)
      } else {
        // A mute controller was asked again and again.
        expect(new Set(hostToDevice)).toEqual(
          new Set(hex(gs232b.queries.flatMap(({ frames }) => frames.map((frame) => frame.bytes)))),
        )
      }
    })
  }

  for (const [frame, azimuth, elevation] of [
    ['AZ=123  EL=045', 123, 45],
    ['AZ=123 EL=045', 123, 45],
    ['AZ=123EL=045', 123, 45],
    ['AZ=007', 7, undefined],
    ['+0123+0045', 123, 45],
    ['+0450', 450, undefined],
    ['?>AZ=360  EL=180', 360, 180],
    ['?>  ?>+0000+0000', 0, 0],
    ['\nAZ=010  EL=020 ', 10, 20],
  ] as const) {
    it(`understands the dialect ${JSON.stringify(frame)}`, () => {
      expect(gs232b.parse(frame)).toEqual({ kind: 'position', azimuth, elevation })
    })
  }

  it('tells a refusal from noise', () => {
    expect(gs232b.parse('?>')).toEqual({ kind: 'refused' })
    expect(gs232b.parse('?> ?>')).toEqual({ kind: 'refused' })
    for (const noise of [
      'AZ=12',
      'AZ=1x3  EL=045',
      'AZ=999  EL=045',
      'AZ=123  EL=200',
      '\0\xff',
      'C2',
      '  ',
    ]) {
      expect(gs232b.parse(noise)).toEqual({ kind: 'unknown' })
    }
  })

  it('refuses what the protocol cannot express', () => {
    for (const [azimuth, elevation] of [
      [Number.NaN, 0],
      [0, Number.NaN],
      [451, 0],
      [0, -1],
      [0, 181],
      [1e9, 1e9],
    ] as const) {
      expect(moveTo(azimuth, elevation)).toMatchObject({
        ok: false,
        error: { code: 'motion.outside-envelope' },
      })
    }
  })

  it('reads back what it would have written, for any direction in range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 450 }),
        fc.integer({ min: 0, max: 180 }),
        (azimuth, elevation) => {
          const [frame] = unwrap(moveTo(azimuth, elevation))
          const [, a = '', e = ''] = /^W(\d{3}) (\d{3})\r$/.exec(String.fromCharCode(...(frame ?? []))) ?? []
          expect(gs232b.parse(`AZ=${a}  EL=${e}`)).toEqual({ kind: 'position', azimuth, elevation })
        },
      ),
      { seed: 1 },
    )
  })
})
