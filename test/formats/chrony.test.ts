import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseChronyTracking } from '../../src/formats/chrony.ts'

const samples = readFileSync(new URL('../fixtures/time/chronyc-c-tracking.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const good = samples[0] ?? ''
const withColumn = (index: number, text: string): string =>
  good
    .split(',')
    .map((column, at) => (at === index ? text : column))
    .join(',')

describe('chronyc -c tracking', () => {
  it('gives |offset| + root dispersion + half the root delay as the bound', () => {
    // 6.523 µs + 1.100737 ms + 13.639022 ms / 2, by hand.
    expect(parseChronyTracking(`${good}\n`)).toEqual({
      ok: true,
      value: { source: 'chrony', synchronised: true, errorBound: expect.closeTo(7.926771, 6) },
    })
    const behind = parseChronyTracking(withColumn(4, '-0.250000000'))
    expect(behind).toMatchObject({ value: { errorBound: expect.closeTo(257.920248, 6) } })
  })

  it('claims nothing of a clock that is its own reference or not synchronised', () => {
    const unknown = { ok: true, value: { source: 'chrony', synchronised: false, errorBound: undefined } }
    expect(parseChronyTracking(samples[2] ?? '')).toEqual(unknown)
    expect(parseChronyTracking(withColumn(0, '7F7F0101'))).toEqual(unknown)
    expect(parseChronyTracking(withColumn(0, '00000000'))).toEqual(unknown)
    expect(parseChronyTracking(withColumn(13, 'Not synchronised'))).toEqual(unknown)
    expect(parseChronyTracking(withColumn(13, 'Something new'))).toEqual(unknown)
    expect(parseChronyTracking(withColumn(13, 'Insert second'))).toMatchObject({
      value: { synchronised: true },
    })
  })

  it.each(['', 'x', 'nan', 'inf', '1e3', '0x10', ' ', '-'])(
    'refuses %j where a number belongs, an empty column above all',
    (text) => {
      for (const column of [4, 10, 11]) expect(parseChronyTracking(withColumn(column, text)).ok).toBe(false)
    },
  )

  it('refuses a negative delay or dispersion: the bound would shrink below what is known', () => {
    expect(parseChronyTracking(withColumn(10, '-0.013639022')).ok).toBe(false)
    expect(parseChronyTracking(withColumn(11, '-0.001100737')).ok).toBe(false)
  })

  it('refuses another number of columns', () => {
    for (const text of ['', '506 Cannot talk to daemon', `${good},1`, good.split(',').slice(1).join(',')]) {
      expect(parseChronyTracking(text).ok).toBe(false)
    }
  })
})
