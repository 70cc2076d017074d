import { describe, expect, test } from 'vitest'
import { createRandom } from '../../../src/kernel/random.ts'
import { demoCatalogue, ISS, siteAt } from '../fixtures.ts'
import { SCAN_KINDS, SCAN_MINIMA, SCAN_SITES, scanDisagreements } from './plain-scan.ts'

describe('against a scan second by second', () => {
  test.each(SCAN_KINDS)('$name: no second is missed and none made up', (set) => {
    for (const [index, site] of SCAN_SITES.entries()) {
      const minimum = SCAN_MINIMA[index] ?? 0
      expect(scanDisagreements({ set, site, minimum, hours: 6 }).problems).toEqual([])
    }
  })

  test('objects of a real catalogue, at all sites over all masks', () => {
    const random = createRandom(20260824)
    const catalogue = demoCatalogue()
    let total = 0
    for (let index = 0; index < 25; index += 1) {
      const { problems, passes } = scanDisagreements({
        set: catalogue[random.uint32() % catalogue.length] ?? ISS,
        site: SCAN_SITES[index % SCAN_SITES.length] ?? siteAt(0, 0, 0),
        minimum: SCAN_MINIMA[Math.floor(index / SCAN_SITES.length)] ?? 0,
        hours: 12,
      })
      expect(problems).toEqual([])
      total += passes
    }
    expect(total).toBeGreaterThan(30)
  })
})
