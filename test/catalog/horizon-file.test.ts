import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readHorizonFile } from '../../src/catalog/horizon-file.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { deg } from '../../src/kernel/units.ts'
import { createHorizonMask, maskElevation } from '../../src/orbit/horizon-mask.ts'

const read = (text: string) => readHorizonFile(text, { sourceName: 'trees.csv' })
const THREE = [
  { azimuth: 0, elevation: 5 },
  { azimuth: 90.5, elevation: -0.5 },
  { azimuth: 270, elevation: 12.25 },
]

describe('a horizon is read from', () => {
  test.each([
    ['a survey with commas', '0,5\n90.5,-0.5\n270,12.25\n'],
    ['blanks, in any order, with comments', '# trees\n270  12.25\n\n 0 5 # gate\n90.5\t-0.5'],
    ['semicolons, a header and CRLF', '"Azimuth";"Elevation"\r\n0;5\r\n90.5;-0.5\r\n270;12.25\r\n'],
    [
      'tabs, other columns beside, turned round',
      'el_deg\taz_deg\tnote\n5\t0\tgate\n-0.5\t90.5\t\n12.25\t270\toak',
    ],
    [
      'negative azimuths, the circle closed, a byte order mark',
      '\uFEFF-90, 12.25\n0, 5\n90.5, -0.5\n270, 12.25',
    ],
    [
      'a YAML list',
      '- { azimuthDeg: 0, elevationDeg: 5 }\n- azimuthDeg: 90.5\n  elevationDeg: -0.5\n- [270, 12.25]\n',
    ],
    ['a YAML list on one line', '# by theodolite\n[[0, 5], [90.5, -0.5], [270, 12.25]]'],
  ])('%s', (_what, text) => {
    expect(unwrap(read(text))).toEqual(THREE)
  })

  test('and makes a mask that is linear between', () => {
    const points = unwrap(read('0,5\n90.5,-0.5\n270,12.25\n'))
    const mask = unwrap(createHorizonMask({ minimumElevation: deg(0), points }))
    expect(maskElevation(mask, deg(315))).toBeCloseTo((12.25 + 5) / 2, 12)
    expect(maskElevation(mask, deg(90.5))).toBe(0)
  })
})

test.each([
  ['nothing', '', 'trees.csv has no points'],
  ['comments only', '# none\n', 'trees.csv has no points'],
  [
    'a decimal comma between semicolons',
    '0;5\n90,5;1',
    'trees.csv, line 2: "90,5;1": decimals are written with a point, as 12.5',
  ],
  [
    'decimal commas between commas',
    '90,5,1,5',
    'trees.csv, line 1: "90,5,1,5": decimals are written with a point, as 12.5',
  ],
  [
    'decimal commas between blanks',
    '90,5 1,5',
    'trees.csv, line 1: "90,5 1,5": decimals are written with a point, as 12.5',
  ],
  ['a word', '0,5\n90,high', 'trees.csv, line 2: the elevation "high" is no number; it is wanted as azimuth'],
  ['one column', '0,5\n90', 'trees.csv, line 2: "90" has 1 fields; it is wanted as azimuth'],
  ['three columns', '0,5,7', 'trees.csv, line 1: "0,5,7" has 3 fields'],
  ['an elevation beyond the zenith', '0,91', 'trees.csv, line 1: the elevation 91° is not within -90 to 90'],
  ['an azimuth of two turns', '\n721,5', 'trees.csv, line 2: the azimuth 721° is not within -360 to 360'],
  [
    'two heights of one direction',
    '0,5\n90,1\n360,7',
    'trees.csv, line 3: the horizon at azimuth 0° is 7°, but 5° in line 1',
  ],
  ['broken YAML', '- { azimuthDeg: 0, elevationDeg: 5 }\n- { azimuthDeg: 1', 'trees.csv, line 2:'],
  [
    'YAML with a word',
    '- { azimuthDeg: 0, elevationDeg: high }',
    'trees.csv, line 1: each point is wanted as { azimuthDeg: 120.5',
  ],
  [
    'YAML with a third field',
    '- { azimuthDeg: 0, elevationDeg: 5, oak: 1 }',
    'trees.csv, line 1: each point is wanted',
  ],
  ['YAML with another key', '\n- { az: 0, el: 5 }', 'trees.csv, line 2: each point is wanted'],
])('%s is refused with its line', (_what, text, message) => {
  const refused = read(text)
  expect(refused).toMatchObject({ ok: false, error: { code: 'config.invalid' } })
  expect(refused.ok ? '' : refused.error.message).toContain(message)
})

test('more points than a mask can have are refused, and so is a file that is far too long', () => {
  const many = Array.from({ length: 3_601 }, (_, index) => `${index / 11},5`).join('\n')
  const refused = read(many)
  expect(refused.ok ? '' : refused.error.message).toBe('trees.csv has 3601 points, more than 3600')
  const long = read('#'.repeat(1_000_001))
  expect(long.ok ? '' : long.error.message).toBe('trees.csv is too long for a horizon')
})

test('any text ends in points or in one sentence', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const result = read(text)
      if (result.ok) expect(result.value.length).toBeGreaterThan(0)
      else expect(result.error.message).toMatch(/^trees\.csv[ ,]/)
    }),
    { seed: 20260823, numRuns: 500 },
  )
})
