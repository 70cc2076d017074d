import { describe, expect, it } from 'vitest'
import { hz } from '../../src/kernel/units.ts'
import { tuningOffset } from '../../src/receiver/tuning.ts'

describe('the tuning offset', () => {
  it('keeps a UHF carrier with all its Doppler clear of 0 Hz', () => {
    const offset = tuningOffset({ sampleRate: hz(240_000), halfSpan: hz(13_000) })
    expect(offset - 13_000).toBeGreaterThan(1_000)
    expect(offset + 13_000).toBeLessThan(108_000)
  })

  it('keeps an S-band carrier inside the band', () => {
    const offset = tuningOffset({ sampleRate: hz(240_000), halfSpan: hz(63_000) })
    expect(offset + 63_000).toBeLessThanOrEqual(108_000)
    expect(offset).toBeGreaterThan(0)
  })

  it('never goes below 0, even for a span beyond the band', () => {
    expect(tuningOffset({ sampleRate: hz(240_000), halfSpan: hz(500_000) })).toBe(0)
  })
})
