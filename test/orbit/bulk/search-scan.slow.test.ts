import { describe, expect, test } from 'vitest'
import { demoCatalogue } from '../fixtures.ts'
import { SCAN_KINDS, SCAN_MINIMA, SCAN_SITES, scanDisagreements } from './plain-scan.ts'

describe('against a scan second by second over a day', () => {
  test.each(SCAN_KINDS)('$name: at all sites over all masks', (set) => {
    for (const site of SCAN_SITES) {
      for (const minimum of SCAN_MINIMA) {
        expect(scanDisagreements({ set, site, minimum, hours: 24 }).problems).toEqual([])
      }
    }
  })

  test('a real catalogue', () => {
    let total = 0
    for (const [index, set] of demoCatalogue().entries()) {
      const site = SCAN_SITES[index % SCAN_SITES.length]
      if (site === undefined) throw new Error('no site')
      const minimum = SCAN_MINIMA[Math.floor(index / SCAN_SITES.length) % SCAN_MINIMA.length] ?? 0
      const { problems, passes } = scanDisagreements({ set, site, minimum, hours: 24 })
      expect(problems).toEqual([])
      total += passes
    }
    expect(total).toBeGreaterThan(500)
  })
})
