import { describe, expect, test } from 'vitest'
import { readTransmitters } from '../../src/catalog/transmitters.ts'
import { unwrap } from '../../src/kernel/result.ts'

const AO7 = {
  uuid: 'abc',
  description: 'CW beacon',
  alive: true,
  type: 'Transmitter',
  downlink_low: 145977500,
  downlink_high: null,
  downlink_drift: -30827,
  mode: 'CW',
  baud: null,
  norad_cat_id: 7530,
  status: 'active',
  service: 'Amateur',
}
const read = (...objects: unknown[]) =>
  readTransmitters(JSON.stringify(objects, null, 1), { sourceName: 'test' })

describe('transmitters in the JSON of SatNOGS DB', () => {
  test('the drift is parts in 1e9 and moves the frequency: AO-7 sends at 145.973000 MHz', () => {
    const [transmitter] = unwrap(read(AO7)).transmitters
    expect(transmitter?.downlink).toBeCloseTo(145_972_999.95, 1)
    expect(transmitter).toMatchObject({
      uuid: 'abc',
      catalogNumber: 7530,
      nominalDownlink: 145_977_500,
      downlinkHigh: undefined,
      driftPartsPerBillion: -30827,
      mode: 'CW',
      baud: undefined,
      active: true,
    })
  })

  test('a transponder has both ends of its band moved', () => {
    const [transmitter] = unwrap(read({ ...AO7, downlink_high: 145_990_000 })).transmitters
    expect(transmitter?.downlinkHigh).toBeCloseTo(145_990_000 * (1 - 30827e-9), 3)
  })

  test('what is dead, inactive or invalid is read and not active', () => {
    const { transmitters } = unwrap(read({ ...AO7, alive: false }, { ...AO7, status: 'inactive' }))
    expect(transmitters.map(({ active }) => active)).toEqual([false, false])
  })

  test.each([
    ['downlink_low', { downlink_low: null }],
    ['downlink_low', { downlink_low: 145.9775 }],
    ['downlink_low', { downlink_low: '145 MHz' }],
    ['downlink_drift', { downlink_drift: 1e9 }],
    ['norad_cat_id', { norad_cat_id: null }],
    ['norad_cat_id', { norad_cat_id: 7530.5 }],
    ['uuid', { uuid: 7 }],
    ['baud', { baud: [] }],
  ])('a bad %s costs that one, named by line and field: %o', (field, change) => {
    const { transmitters, skipped, skippedCount } = unwrap(read({ ...AO7, ...change }, AO7))
    expect(transmitters.length).toBe(1)
    expect(skippedCount).toBe(1)
    expect(skipped).toMatchObject([{ line: 2, field }])
  })

  test.each(['', 'hello', '[]', '[1]', '{}', '['])('%j is refused in one sentence', (content) => {
    expect(readTransmitters(content, { sourceName: 'test' })).toMatchObject({
      ok: false,
      error: { code: 'catalog.transmitters' },
    })
  })
})
