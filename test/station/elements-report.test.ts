import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadElementFile } from '../../src/catalog/load-file.ts'
import { describeFault } from '../../src/kernel/errors.ts'
import { unwrap } from '../../src/kernel/result.ts'
import { MS_PER_DAY, utcMs } from '../../src/kernel/time.ts'
import type { ElementSet } from '../../src/orbit/element-set.ts'
import { type Configuration, configurationSchema } from '../../src/station/configuration/schema.ts'
import { elementsWords, vetElements } from '../../src/station/elements-report.ts'

const EXAMPLE = readFileSync(new URL('../../config/azel.example.yaml', import.meta.url), 'utf8')
const configured = (...numbers: readonly number[]): Configuration => ({
  ...configurationSchema.parse(parse(EXAMPLE)),
  requests: numbers.map((catalogNumber) => ({ id: `object-${catalogNumber}`, catalogNumber, priority: 50 })),
})
const sets = unwrap(
  await loadElementFile(new URL('../fixtures/catalog/active-2026-08-22.csv', import.meta.url).pathname),
).elementSets
const iss = sets.find(({ catalogNumber }) => catalogNumber === 25544)
if (iss === undefined) throw new Error('the fixture has no ISS')
const daysOn = (days: number) => utcMs(iss.epochUtcMs + days * MS_PER_DAY)
const vet = (elementSets: readonly ElementSet[], days: number, refused: readonly ElementSet[] = []) => {
  const numbers = [...elementSets, ...refused].map(({ catalogNumber }) => catalogNumber)
  const vetted = vetElements({
    configuration: configured(...numbers),
    elementSets,
    refused: refused.map((elements) => ({ elements, flag: 'jump' })),
    nowUtc: daysOn(days),
  })
  return {
    flown: vetted.elementSets.map(({ catalogNumber }) => catalogNumber),
    told: vetted.troubles.map(describeFault),
    words: elementsWords(vetted.report, daysOn(days)),
  }
}

describe('fault matrix 56: bad, stale and decayed elements are skipped, and their age is shown', () => {
  it('flies good ones and shows their age', () => {
    const older = { ...iss, catalogNumber: 7, epochUtcMs: utcMs(iss.epochUtcMs - 3 * MS_PER_DAY) }
    expect(vet([iss, older], 0.25)).toEqual({
      flown: [25544, 7],
      told: [],
      words: '2 objects, 6 h 00 min to 3 d 6 h old',
    })
  })

  it('flies stale ones, with a warning', () => {
    expect(vet([iss], 20)).toEqual({
      flown: [25544],
      told: [
        'ISS (ZARYA) [25544] has elements that are 20 d 0 h old. It is flown with what is there; "azel catalog fetch" tells why nothing newer comes. [catalog.stale]',
      ],
      words: '1 object, 20 d 0 h old',
    })
  })

  it('skips those that are too old', () => {
    const { flown, told, words } = vet([iss], 61)
    expect(flown).toEqual([])
    expect(told[0]).toMatch(/^ISS \(ZARYA\) \[25544\] has elements that are 61 d 0 h old\. It is not flown/)
    expect(words).toBe('0 of 1 object')
  })

  it('skips those that have decayed since their epoch', () => {
    const falling = { ...iss, meanMotion: 16.3, bstar: 0.01 }
    expect(vet([falling], 0.1).flown).toEqual([25544])
    const { flown, told } = vet([falling], 10)
    expect(flown).toEqual([])
    expect(told[0]).toMatch(/has decayed, by its elements/)
  })

  it('skips a set that jumped, and says which one stays in use', () => {
    const { flown, told } = vet([iss], 1, [{ ...iss, epochUtcMs: daysOn(0.5) }])
    expect(flown).toEqual([25544])
    expect(told).toEqual([
      expect.stringMatching(
        /^ISS \(ZARYA\) \[25544\] jumped from its previous set as no orbit does \(epoch 2026-08-23T00:00:46Z\); the one of 2026-08-22T12:00:46Z stays in use\. /,
      ),
    ])
  })

  it('says that there are none yet', () => {
    const vetted = vetElements({
      configuration: configured(25544),
      elementSets: [],
      refused: [],
      nowUtc: daysOn(0),
    })
    expect([...vetted.unfit]).toEqual([25544])
    expect(vetted.report.troubles).toEqual(['There are no elements yet for object 25544'])
  })
})
