import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mergeTransmitters, readOwnTransmitters } from '../../src/catalog/own-transmitters.ts'
import { readTransmitters } from '../../src/catalog/transmitters.ts'
import { unwrap } from '../../src/kernel/result.ts'

const EXAMPLE = readFileSync(new URL('../../config/own-transmitters.example.yaml', import.meta.url), 'utf8')
const read = (content: string) => readOwnTransmitters(content, { sourceName: 'own.yaml' })
const complaint = (content: string): string => {
  const outcome = read(content)
  if (outcome.ok) throw new Error('it was taken')
  if (outcome.error.code !== 'catalog.transmitters') throw new Error(outcome.error.code)
  return outcome.error.message
}

describe('own transmitters', () => {
  it('are read from the example', () => {
    const own = unwrap(read(EXAMPLE))
    expect(own.map(({ catalogNumber, replace }) => [catalogNumber, replace])).toEqual([
      [7530, false],
      [25544, true],
    ])
    expect(own[0]?.transmitters[0]).toMatchObject({
      uuid: 'own-7530-1',
      nominalDownlink: 145_977_500,
      mode: 'CW',
      active: true,
    })
    // 145.9775 MHz with -30827e-9 of it.
    expect(own[0]?.transmitters[0]?.downlink).toBeCloseTo(145_972_999.95, 2)
    expect(own[1]?.transmitters.map(({ active }) => active)).toEqual([true, false])
  })

  it('come before the public list, take the place of the same id, and of a whole object where asked', () => {
    const entry = (uuid: string, norad_cat_id: number) => ({ uuid, norad_cat_id, downlink_low: 437e6 })
    const list = [entry('a', 25544), entry('b', 7530), entry('c', 43017), entry('d', 43017)]
    const { transmitters } = unwrap(readTransmitters(JSON.stringify(list), { sourceName: 'list' }))
    const own = unwrap(
      read(`${EXAMPLE}
- catalogNumber: 43017
  transmitters: [{ id: c, downlinkHz: 145960000 }]
`),
    )
    const merged = mergeTransmitters(transmitters, own)
    expect(merged.map(({ uuid }) => uuid)).toEqual([
      ...['own-7530-1', 'iss-voice', 'own-25544-2', 'c'],
      ...['b', 'd'],
    ])
    expect(merged.find(({ uuid }) => uuid === 'c')?.downlink).toBe(145_960_000)
  })

  it.each([
    [
      'a frequency in MHz',
      '- catalogNumber: 1\n  transmitters:\n    - downlinkHz: 145.8\n',
      /^own\.yaml:3: 0\.transmitters\.0\.downlinkHz: a frequency is given in Hz/,
    ],
    [
      'an unknown setting',
      '- catalogNumber: 1\n  transmitters:\n    - downlinkHz: 145800000\n      power: 3\n',
      /^own\.yaml:4: 0\.transmitters\.0\.power: there is no such setting/,
    ],
    [
      'no frequency',
      '# first\n- catalogNumber: 1\n  transmitters:\n    - mode: FM\n',
      /^own\.yaml:4: 0\.transmitters\.0\.downlinkHz: /,
    ],
    [
      'a number that is a word',
      '- catalogNumber: ISS\n  transmitters: []\n',
      /^own\.yaml:1: 0\.catalogNumber: /,
    ],
    ['no list', 'catalogNumber: 1\n', /^own\.yaml:1: /],
    ['no YAML', '- a: [\n- b\n', /^own\.yaml:\d: /],
    [
      'a bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join()}]\n`,
        )
        .join('')}`,
      /^own\.yaml:1: it cannot be read/,
    ],
    ['brackets without end', '['.repeat(200_000), /^own\.yaml:\d+: /],
  ])('are refused with the line for %s', (_what, content, message) => {
    expect(complaint(content)).toMatch(message)
  })

  it('may be an empty file', () => {
    expect(unwrap(read('# nothing yet\n'))).toEqual([])
  })
})
